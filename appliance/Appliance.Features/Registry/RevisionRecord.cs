using System.Text.Json;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Registry;

/// <summary>
/// One revision as its file holds it: everything that it added to the registry, so that reading it again needs no rule that may have
/// changed since.
/// </summary>
internal sealed class RevisionRecord
{
    public long Revision { get; set; }
    public DateTimeOffset Time { get; set; }
    public string Author { get; set; } = "";
    public string Reason { get; set; } = "";
    public List<ObjectRecord> Objects { get; set; } = [];

    /// <summary>Features whose meaning begins anew, as <c>view:feature</c>.</summary>
    public List<string> Breaks { get; set; } = [];

    public List<LayoutRecord> Layouts { get; set; } = [];
}

/// <summary>A new version of an object, or its end.</summary>
internal sealed class ObjectRecord
{
    public string Kind { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>0 where the object was deleted.</summary>
    public int Version { get; set; }

    /// <summary>The canonical JSON; absent where the object was deleted.</summary>
    public JsonElement? Definition { get; set; }

    public string? Sha256 { get; set; }
    public List<FieldChange> Diff { get; set; } = [];
    public List<FeaturePin> Pins { get; set; } = [];
}

/// <summary>A new layout of a view's rows.</summary>
internal sealed class LayoutRecord
{
    public string View { get; set; } = "";
    public int ViewNumber { get; set; }
    public int Number { get; set; }
    public int ViewVersion { get; set; }
    public List<ColumnRecord> Columns { get; set; } = [];
}

/// <summary>A column of a layout.</summary>
internal sealed class ColumnRecord
{
    public string Name { get; set; } = "";
    public string Type { get; set; } = "";
    public int Dimension { get; set; }
    public int Generation { get; set; }
}

/// <summary>The first line of a revision's file.</summary>
internal sealed class RevisionHeader
{
    /// <summary>The only format there is.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; set; }

    /// <summary>Of all bytes behind the first line.</summary>
    public string Sha256 { get; set; } = "";
}
