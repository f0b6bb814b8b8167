using Appliance.Features.Verification;
using Contracts.Features;
using Google.Protobuf.WellKnownTypes;
using Mismatch = Appliance.Features.Verification.Mismatch;

namespace Appliance.Host.Grpc.Features;

/// <summary>Reports of verifications as messages.</summary>
internal static class VerificationMessages
{
    public static VerifyReply ToMessage(this VerificationReport report)
    {
        var message = new VerifyReply.Types.Report
        {
            Samples = report.Samples, LeftOut = report.LeftOut, Events = report.Events,
            Compared = report.Compared, Mismatched = report.Mismatched, Unverifiable = report.Unverifiable,
        };
        message.Features.Add(report.Features.Select(ToMessage));
        return new VerifyReply { Progress = 1, Report = message };
    }

    private static VerifyReply.Types.Feature ToMessage(FeatureTally tally)
    {
        var message = new VerifyReply.Types.Feature
        {
            Model = tally.Model, Feature_ = tally.Feature.ToString(), Equal = tally.Equal, Mismatched = tally.Mismatched, WorstDifference = tally.WorstDifference,
        };
        foreach (var reason in UnverifiableReasons.All)
        {
            if (tally.UnverifiableFor(reason) > 0) message.Unverifiable.Add(reason.Word(), tally.UnverifiableFor(reason));
        }
        message.Examples.Add(tally.Examples.Select(ToMessage));
        return message;
    }

    private static VerifyReply.Types.Mismatch ToMessage(Mismatch example) => new()
    {
        Entity = example.Entity,
        ReadAt = Timestamp.FromDateTime(DateTime.UnixEpoch.AddMicroseconds(example.ReadAt)),
        Position = example.Position,
        Served = example.Served,
        Expected = example.Expected,
    };
}
