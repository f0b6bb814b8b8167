namespace FeatureModel.Definitions.Changes;

/// <summary>A model version that is served, and the feature service version that it was trained on.</summary>
public sealed record ServedModel(string Model, long Version, string FeatureService, int FeatureServiceVersion)
{
    public override string ToString() => $"{Model} v{Version} (feature service {FeatureService} v{FeatureServiceVersion})";
}
