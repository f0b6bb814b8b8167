using Trainer.Pipelines;

namespace Trainer.Data;

/// <summary>Collects one feature's values from a table's rows.</summary>
internal sealed class ColumnReader(PipelineFeature feature, int column, IReadOnlyCollection<string> missing)
{
    private readonly List<float> _numbers = [];
    private readonly List<string> _texts = [];
    private readonly bool _isCategory = feature.Kind == PipelineFeature.CategoryKind;

    public string Name => feature.Name;

    public void Read(CsvFile file)
    {
        var isMissing = missing.Contains(file[column]);
        if (isMissing && !feature.Optional) throw file.Bad(column, "the feature is not optional, so a value must be given");
        if (_isCategory)
        {
            _texts.Add(isMissing ? "" : file[column]);
        }
        else
        {
            _numbers.Add(isMissing ? float.NaN : (float)file.Number(column));
        }
    }

    public FeatureColumn ToColumn() => _isCategory ? new FeatureColumn(Name, [.. _texts]) : new FeatureColumn(Name, [.. _numbers]);
}
