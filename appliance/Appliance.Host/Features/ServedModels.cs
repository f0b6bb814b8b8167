using Appliance.Inference.Lifecycle;
using FeatureModel.Definitions.Changes;

namespace Appliance.Host.Features;

/// <summary>The loaded model versions that read features, as the registry wants to know them before it changes one. Thread-safe.</summary>
internal sealed class ServedModels(ModelDirectory directory)
{
    public IReadOnlyList<ServedModel> Current =>
    [
        .. from slot in directory.Slots
           from model in slot.Ready
           where model.Manifest?.FeatureService is not null
           select new ServedModel(model.Name, model.Version, model.Manifest!.FeatureService!.Name, model.Manifest.FeatureService.Version),
    ];
}
