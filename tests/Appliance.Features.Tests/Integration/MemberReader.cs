using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Integration;

/// <summary>Reads single features of members.</summary>
internal sealed class MemberReader(FeaturePlatform platform)
{
    private readonly FeatureBlock _block = new();
    private readonly EntityRows _rows = new();
    private readonly Dictionary<string, FeatureReadPlan> _plans = [];

    public FeatureValue Value(long member, string reference)
    {
        if (!_plans.TryGetValue(reference, out var plan))
        {
            Assert.True(FeatureReadPlan.TryCreate(platform.Catalog.Current, [reference], "features", out plan, out var error), error);
            _plans.Add(reference, plan!);
        }
        _rows.Clear();
        _rows.AddColumn("member_id");
        _rows.Add(FeatureValue.Of(member));
        Assert.Null(platform.Store.Read(plan!, _rows, _block));
        return _block.Value(0, 0);
    }

    public double Number(long member, string reference) => Value(member, reference).AsDouble;
}
