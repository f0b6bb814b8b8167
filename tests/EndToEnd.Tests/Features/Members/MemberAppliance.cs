using System.Net;
using Contracts;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.Features.Members.MemberAppliance))]

namespace EndToEnd.Tests.Features.Members;

/// <summary>
/// One process that has the sample's definitions by the command line, all of its events over REST and its table of members over Feast's HTTP, and a model that is scored by a
/// member's id alone. For all tests that only ask. Started by the first of them.
/// </summary>
public sealed class MemberAppliance : IAsyncLifetime
{
    public const string Entity = "member";

    /// <summary>A member that nothing is known of.</summary>
    public const long Nobody = 7;

    private const int BodyEvents = 10_000;

    private readonly FeatureFolders _folders = new();
    private ApplianceProcess? _appliance;
    private ILookup<long, MemberEvent> _events = null!;

    /// <summary>All members, and one that is none.</summary>
    internal long[] Members { get; private set; } = [];

    internal List<(long Member, string Tenure, string Band, string Store)> Profiles { get; private set; } = [];

    internal IReadOnlyList<MemberEvent> EventsOf(long member) => [.. _events[member]];

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is null)
        {
            ApplianceBinary.PathOrSkip();
            _folders.Repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1, service: new ManifestFeatureService { Name = "koc_potential", Version = 1 }));
            _folders.Repository.WriteConfig(BusinessModels.Koc, "max_batch_size: 256 dynamic_batching { }");
            _appliance = await ApplianceProcess.StartAsync(_folders.Settings());
            await FeaturesCli.ApplySampleAsync(_appliance);
            await SendEventsAsync(_appliance);
            await SendProfilesAsync(_appliance);
        }
        Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
        return _appliance;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _folders.Dispose();
    }

    private async Task SendEventsAsync(ApplianceProcess appliance)
    {
        var events = SampleMembers.Events(FeatureCalls.NowMicros());
        _events = events.ToLookup(e => e.Member);
        Members = [.. _events.Select(g => g.Key).Order(), Nobody];
        foreach (var body in events.Chunk(BodyEvents)) Assert.Equal(body.Length, await appliance.SendEventsAsync(string.Join('\n', body.Select(e => e.Json))));
    }

    // Rows stand behind the events in the stream: once the last one shows, all are applied.
    private async Task SendProfilesAsync(ApplianceProcess appliance)
    {
        Profiles = SampleMembers.Profiles();
        var frame = $$"""
            {"member_id":[{{string.Join(',', Profiles.Select(p => p.Member))}}],"tenure_days":[{{string.Join(',', Profiles.Select(p => p.Tenure))}}],
            "age_band":[{{string.Join(',', Profiles.Select(p => $"\"{p.Band}\""))}}],"store_id":[{{string.Join(',', Profiles.Select(p => p.Store))}}]}
            """;
        var reply = await appliance.PostAsync("/write-to-online-store", $$"""{"feature_view_name":"member_profile","df":{{frame}}}""");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        await appliance.AppliedAsync(Entity, Profiles[^1].Member, "member_profile:tenure_days", Profiles[^1].Tenure);
    }
}
