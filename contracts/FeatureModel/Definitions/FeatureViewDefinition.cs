using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>A named set of features of one entity that come from one source and are written together.</summary>
public sealed class FeatureViewDefinition : NamedDefinition
{
    /// <summary>
    /// <c>batch</c>: rows pushed or materialised; <c>stream</c>: computed from events as they arrive; <c>onDemand</c>: computed when
    /// read.
    /// </summary>
    public string Kind { get; set; } = "";

    /// <summary>Entities whose join keys together are the key of a row. Empty for an on-demand view over request inputs alone.</summary>
    public List<string> Entities { get; set; } = [];

    /// <summary>The source of a batch or stream view.</summary>
    public string? Source { get; set; }

    /// <summary>Rows whose event time is further back than this are OUTSIDE_MAX_AGE, for example <c>30d</c>. Absent: never.</summary>
    public string? Ttl { get; set; }

    public List<FeatureDefinition> Features { get; set; } = [];

    /// <summary>
    /// For an on-demand view: the views whose features its expressions name, as <c>view</c>; a name that two share is written
    /// <c>view.feature</c>.
    /// </summary>
    public List<string> Inputs { get; set; } = [];

    /// <summary>For an on-demand view: columns that come with the request.</summary>
    public List<FieldDefinition> RequestInputs { get; set; } = [];

    /// <summary>For an on-demand view: tables that its expressions look values up in.</summary>
    public List<LookupTableDefinition> LookupTables { get; set; } = [];

    [JsonIgnore]
    public override DefinitionKind ObjectKind => DefinitionKind.FeatureView;
}
