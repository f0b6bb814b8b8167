// Hot path of models whose requests are split.
using System.Globalization;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Traffic;
using Contracts.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>Makes the caller's key of a scoring request of the entity of a row.</summary>
internal static class RowCaller
{
    /// <param name="binding">The features of the model; null where they do not tell join keys from the rest.</param>
    public static void Take(FeatureRow row, EntityBinding? binding, BatchEntry entry)
    {
        if (row.Entity.Count == 0) return;
        var caller = new EntityCaller(binding);
        foreach (var (name, value) in row.Entity)
        {
            // Keys are texts and whole numbers: anything else tells no caller from another.
            var text = value.KindCase switch
            {
                EntityKeyValue.KindOneofCase.StringValue => value.StringValue,
                EntityKeyValue.KindOneofCase.Int64Value => value.Int64Value.ToString(CultureInfo.InvariantCulture),
                _ => null,
            };
            if (text is not null) caller.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(text));
        }
        caller.Give(entry);
    }
}
