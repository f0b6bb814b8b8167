using System.Globalization;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Lake.PointInTime;

/// <summary>A stored view of a join: which of its features are needed and where its history is. Immutable.</summary>
/// <param name="View">Its definition.</param>
/// <param name="Source">Its source.</param>
/// <param name="Keys">The join keys of its entities, in their order.</param>
/// <param name="Needed">Places of the features that are asked for, or that others are computed from.</param>
/// <param name="History">The source's table.</param>
internal sealed record JoinView(PointInTimeView View, SourceDefinition Source, IReadOnlyList<FieldDefinition> Keys, IReadOnlyList<int> Needed, HistoryTable History)
{
    public string Name => View.Definition.Name;

    public FeatureDataType TypeOf(int feature) => FeatureDataTypes.TryParse(View.Definition.Features[feature].Type, out var type) ? type : FeatureDataType.String;

    /// <summary>Names of the keys' columns in what is made of the history.</summary>
    public IEnumerable<string> KeyNames => Keys.Select((_, i) => At("k", i));

    public static string At(string letter, int place) => string.Create(CultureInfo.InvariantCulture, $"{letter}{place}");

    /// <summary>The join keys of a view, each once.</summary>
    public static IReadOnlyList<FieldDefinition> KeysOf(FeatureViewDefinition view, DefinitionCatalog catalog) =>
        [.. view.Entities.SelectMany(e => catalog.Entity(e)?.JoinKeys ?? throw new JoinException($"feature view '{view.Name}': entity is '{e}'; it is not defined")).DistinctBy(k => k.Name)];
}
