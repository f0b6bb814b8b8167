using Appliance.Features.Registry;
using Contracts.Features;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Appliance.Host.Grpc.Features;

/// <summary>What the registry gives as messages. Pure.</summary>
internal static class RegistryMessages
{
    public static Kind ToMessage(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => Kind.Entity,
        DefinitionKind.Source => Kind.Source,
        DefinitionKind.FeatureView => Kind.FeatureView,
        _ => Kind.FeatureService,
    };

    /// <summary>False for a kind that there is not.</summary>
    public static bool TryFrom(Kind message, out DefinitionKind kind)
    {
        (var known, kind) = message switch
        {
            Kind.Entity => (true, DefinitionKind.Entity),
            Kind.Source => (true, DefinitionKind.Source),
            Kind.FeatureView => (true, DefinitionKind.FeatureView),
            Kind.FeatureService => (true, DefinitionKind.FeatureService),
            _ => (false, default),
        };
        return known;
    }

    public static ChangeReply ToMessage(this RegistryPlan plan, string outcome, string message, long revision)
    {
        var reply = new ChangeReply { Outcome = outcome, Message = message, Revision = revision };
        reply.Errors.Add(plan.Errors.Select(e => new ChangeReply.Types.Error { Path = e.Path, Value = e.Value ?? "", Rule = e.Rule }));
        reply.Changes.Add(plan.Changes.Select(ToMessage));
        reply.Verdicts.Add(plan.Verdicts.Select(ToMessage));
        reply.BrokenModels.Add(plan.BrokenModels.Select(ToMessage));
        reply.Warnings.Add(plan.AddedWindows.Select(w => w.ToString()));
        reply.NewVersions.Add(plan.NewVersions.Select(v => new ChangeReply.Types.NewVersion { Kind = v.Kind.ToMessage(), Name = v.Name, Version = v.Version }));
        return reply;
    }

    public static ListReply.Types.Entry ToEntry(this RegisteredObject entry) => new()
    {
        Kind = entry.Kind.ToMessage(),
        Name = entry.Name,
        Version = entry.Latest.Version,
        Description = entry.Latest.Definition.Description ?? "",
        Owner = entry.Latest.Definition.Owner ?? "",
        Revision = ToMessage(entry.Latest.Revision),
    };

    public static DescribeReply ToMessage(this RegisteredObject entry, IReadOnlyList<ViewWindow> windows)
    {
        var reply = new DescribeReply { Kind = entry.Kind.ToMessage(), Name = entry.Name };
        if (entry.DeletedBy is { } by) reply.DeletedBy = ToMessage(by);
        reply.Versions.Add(entry.Versions.Select(ToMessage));
        reply.AddedWindows.Add(windows.Select(w => new DescribeReply.Types.AddedWindow
        {
            Feature = w.Feature.Feature, Window = w.Length, WholeFrom = Timestamp.FromDateTimeOffset(w.WholeFrom),
        }));
        return reply;
    }

    private static ChangeReply.Types.Change ToMessage(DefinitionChange change)
    {
        var message = new ChangeReply.Types.Change
        {
            Kind = change.Kind.ToMessage(),
            Name = change.Name,
            Change_ = change.Type switch { ChangeType.Added => "added", ChangeType.Removed => "removed", _ => "changed" },
        };
        message.Fields.Add(change.Fields.Select(ToMessage));
        return message;
    }

    private static ChangeReply.Types.Verdict ToMessage(ChangeVerdict verdict)
    {
        var message = new ChangeReply.Types.Verdict
        {
            Kind = verdict.Kind.ToMessage(),
            Name = verdict.Name,
            Path = verdict.Path ?? "",
            Breaking = verdict.IsBreaking,
            Reason = verdict.Reason,
        };
        message.Breaks.Add(verdict.Breaks.Select(b => b.ToString()));
        message.Services.Add(verdict.Services);
        message.Models.Add(verdict.Models.Select(ToMessage));
        return message;
    }

    private static DescribeReply.Types.Version ToMessage(RegisteredVersion version)
    {
        var message = new DescribeReply.Types.Version
        {
            Version_ = version.Version,
            Definition = version.CanonicalJson,
            Sha256 = version.Sha256,
            Revision = ToMessage(version.Revision),
        };
        message.Diff.Add(version.Diff.Select(ToMessage));
        message.Pins.Add(version.Pins.Select(p => new DescribeReply.Types.Pin
        {
            Feature = p.Reference.ToString(), ViewVersion = p.ViewVersion, Type = p.Type, Meaning = p.Meaning,
        }));
        return message;
    }

    private static Field ToMessage(FieldChange field) => new() { Path = field.Path, Old = field.Old ?? "", New = field.New ?? "" };

    private static Model ToMessage(ServedModel model) => new()
    {
        Model_ = model.Model, Version = model.Version, FeatureService = model.FeatureService, FeatureServiceVersion = model.FeatureServiceVersion,
    };

    private static Revision ToMessage(RegistryRevision revision) => new()
    {
        Number = revision.Number, Time = Timestamp.FromDateTimeOffset(revision.Time), Author = revision.Author, Reason = revision.Reason,
    };
}
