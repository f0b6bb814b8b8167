using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.V2;

/// <summary>Finds the ready version that a URL means, for its description alone: nothing is leased.</summary>
internal sealed class ModelFinder(ModelDirectory directory, TrafficTable traffic)
{
    public IEnumerable<ModelSlot> Slots => directory.Slots;

    /// <summary>The version that the URL names, else the one that requests without a version go to.</summary>
    public ScoreStatus Find(HttpContext context, out ModelSlot? slot, out ServingModel? model, out string error)
    {
        model = null;
        var status = FindSlot(context, out slot, out var version, out error);
        if (status != ScoreStatus.Ok) return status;
        model = slot!.Find(version != 0 ? version : traffic.MainVersion(slot.Name));
        return model is not null ? ScoreStatus.Ok : Absent(slot.Name, version, out error);
    }

    /// <summary>The version that the URL names, else every ready version of the model, lowest first.</summary>
    public ScoreStatus FindAll(HttpContext context, out IEnumerable<ServingModel> models, out string error)
    {
        models = [];
        var status = FindSlot(context, out var slot, out var version, out error);
        if (status != ScoreStatus.Ok) return status;
        models = slot!.Ready.Where(m => version == 0 || m.Version == version).Reverse();
        return models.Any() ? ScoreStatus.Ok : Absent(slot.Name, version, out error);
    }

    private ScoreStatus FindSlot(HttpContext context, out ModelSlot? slot, out long version, out string error)
    {
        slot = null;
        var status = ModelAddress.Read(context, out var address, out error);
        version = address.Version;
        if (status != ScoreStatus.Ok) return status;
        if (directory.TryFind(address.Name, out slot)) return ScoreStatus.Ok;
        error = $"Request for unknown model: '{address.Name}' is not found";
        return ScoreStatus.NotFound;
    }

    private static ScoreStatus Absent(string name, long version, out string error)
    {
        error = version != 0
            ? $"Request for unknown model: '{name}' version {version} is not found"
            : $"Request for unknown model: '{name}' has no available versions";
        return version != 0 ? ScoreStatus.NotFound : ScoreStatus.ModelUnavailable;
    }
}
