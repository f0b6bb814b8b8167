using System.Text;
using Appliance.Features.Reading;
using Appliance.Host.Rest;

namespace Appliance.Host.Grpc.Feast;

/// <summary>The metadata of every answer of one plan: the names of its columns. Made once a plan; immutable.</summary>
internal sealed class OnlineFeaturesHeader
{
    private readonly byte[] _names;
    private readonly byte[] _fullNames;
    private readonly byte[] _versions;

    public OnlineFeaturesHeader(FeatureReadPlan plan)
    {
        _names = Strings(plan.Outputs.Select(o => o.Name));
        _fullNames = Strings(plan.Outputs.Select(o => $"{o.View}__{o.Name}"));
        _versions = Versions(plan.Views);
        var twice = plan.Outputs.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            Collision = $"features has '{twice.Key}' of {string.Join(" and ", twice.Select(o => o.View))}; full_feature_names must be true to tell them apart";
        }
    }

    /// <summary>Why the plan can only be answered with full names; null where it can without.</summary>
    public string? Collision { get; }

    /// <summary>Writes field 1 of the answer.</summary>
    public void Write(PooledBuffer output, EntityRows rows, bool fullNames, bool versions)
    {
        var entityNames = 0;
        for (var i = 0; i < rows.Count; i++) entityNames += Wire.LengthDelimitedSize(Encoding.UTF8.GetByteCount(rows.Name(i)));
        var features = fullNames ? _fullNames : _names;
        var views = versions ? _versions : [];
        var list = entityNames + features.Length;
        var metadata = Wire.LengthDelimitedSize(list) + views.Length;
        var span = output.GetSpan(Wire.LengthDelimitedSize(metadata));
        var at = Wire.WriteTagAndLength(span, 1, metadata);
        at += Wire.WriteTagAndLength(span[at..], 1, list);
        for (var i = 0; i < rows.Count; i++)
        {
            at += Wire.WriteTagAndLength(span[at..], 1, Encoding.UTF8.GetByteCount(rows.Name(i)));
            at += Encoding.UTF8.GetBytes(rows.Name(i), span[at..]);
        }
        features.CopyTo(span[at..]);
        at += features.Length;
        views.CopyTo(span[at..]);
        output.Advance(at + views.Length);
    }

    private static byte[] Strings(IEnumerable<string> names)
    {
        var list = new Contracts.Feast.FeatureList();
        list.Val.Add(names);
        return Google.Protobuf.MessageExtensions.ToByteArray(list);
    }

    private static byte[] Versions(IEnumerable<ServedView> views)
    {
        var metadata = new Contracts.Feast.GetOnlineFeaturesResponseMetadata();
        metadata.FeatureViewMetadata.Add(views.Select(v => new Contracts.Feast.FeatureViewMetadata { Name = v.Name, Version = v.Version }));
        return Google.Protobuf.MessageExtensions.ToByteArray(metadata);
    }
}
