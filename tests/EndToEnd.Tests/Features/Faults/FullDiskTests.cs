using System.Net;
using System.Text;
using Contracts;
using Contracts.Journal;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using Google.Protobuf;

namespace EndToEnd.Tests.Features.Faults;

/// <summary>A disk that is full: what would have to be kept is refused and says why, everything else goes on, and nothing acknowledged is lost.</summary>
public sealed class FullDiskTests
{
    private const int Megabytes = 16, Members = 20, EventsOfBody = 200;

    // A body is some 35 KB: the disk that is full refuses within a few of them.
    private const int MostBodies = 1_000;

    private const string Visits = "member_activity:visit_30d";

    private static readonly TimeSpan RecoverLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Writes_are_refused_with_a_sentence_reads_and_scores_go_on_and_room_brings_writes_back()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        using var folders = new FeatureFolders();
        folders.Repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1, service: new ManifestFeatureService { Name = "koc_potential", Version = 1 }));
        var settings = Settings(folders, disk);
        await using var appliance = await ApplianceProcess.StartAsync(settings);
        await FeaturesCli.ApplySampleAsync(appliance);
        var acknowledged = 1;
        await appliance.SendEventsAsync(Body(0));
        await AppliedAsync(appliance, acknowledged);

        disk.Fill();
        // What fits into pages that are already there may still be taken.
        while (await TryAsync(appliance, Body(acknowledged)) is null) Assert.True(++acknowledged < MostBodies, "a full disk takes everything");
        // What was given up in the meantime, a checkpoint half written for instance, is taken as well.
        disk.Fill();
        var refused = Body(acknowledged);
        Assert.Equal("the journal's disk is full; send all of it again until it is taken, what is there by then counts once", await TryAsync(appliance, refused));
        await RefusesWritesAsync(appliance, refused);
        await AnswersAsync(appliance);

        disk.Empty();
        await Eventually.BecomesTrueAsync(async () => await TryAsync(appliance, refused) is null, RecoverLimit, "writes are taken again");
        acknowledged++;
        for (var i = 0; i < 10; i++) await appliance.SendEventsAsync(Body(acknowledged++));
        await AppliedAsync(appliance, acknowledged);

        await appliance.KillAsync();
        await using var again = await ApplianceProcess.StartAsync(settings);
        await AppliedAsync(again, acknowledged);
        await AnswersAsync(again);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_that_keeps_the_disk_full_can_be_let_go(bool removed)
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        using var folders = new FeatureFolders();
        var settings = Settings(folders, disk);
        // Nothing but the reader keeps what was written.
        (settings.Settings["Features:Journal:RetainBytes"], settings.Settings["Features:Journal:DedupEvents"]) = ("1", "1000");
        await using var appliance = await ApplianceProcess.StartAsync(settings);
        await FeaturesCli.ApplySampleAsync(appliance);
        var journal = new Journal.JournalClient(appliance.Channel);
        await journal.RegisterReaderAsync(new RegisterReaderRequest { Name = "lake" }, deadline: ApplianceCalls.Deadline);
        var bodies = 0;
        while (await TryAsync(appliance, Body(bodies)) is null) Assert.True(++bodies < MostBodies, "a full disk takes everything");
        // The last page of the disk as well, so that no file can be made or grow.
        disk.Fill();
        var held = await journal.GetStatusAsync(new GetStatusRequest(), deadline: ApplianceCalls.Deadline);
        Assert.NotEqual("", held.DiskFault);

        if (removed) await journal.RemoveReaderAsync(new RemoveReaderRequest { Name = "lake" }, deadline: ApplianceCalls.Deadline);
        else await journal.AdvanceReaderAsync(new AdvanceReaderRequest { Name = "lake", Position = held.DurablePosition }, deadline: ApplianceCalls.Deadline);
        await Eventually.BecomesTrueAsync(async () => await TryAsync(appliance, Body(bodies)) is null, RecoverLimit, "writes are taken again");
        var freed = await journal.GetStatusAsync(new GetStatusRequest(), deadline: ApplianceCalls.Deadline);
        Assert.True(freed.OldestPosition > held.OldestPosition);

        await appliance.KillAsync();
        await using var again = await ApplianceProcess.StartAsync(settings);
        var readers = (await new Journal.JournalClient(again.Channel).ListReadersAsync(new ListReadersRequest(), deadline: ApplianceCalls.Deadline)).Readers;
        Assert.Equal(removed ? [] : [held.DurablePosition], readers.Where(r => r.Name == "lake").Select(r => r.Position));
    }

    private static ApplianceSettings Settings(FeatureFolders folders, SmallDisk disk) => new()
    {
        Repository = folders.Repository.Path,
        Flags = ["--features-folder", Path.Combine(disk.Path, "features")],
        Settings =
        {
            ["Features:Ingest:CheckpointInterval"] = "00:00:00.1",
            ["Features:Store:MemoryBytes"] = $"{4 << 20}", ["Features:Store:PageBytes"] = $"{64 << 10}", ["Features:Store:SegmentBytes"] = $"{256 << 10}",
            ["Features:Journal:PageBytes"] = $"{256 << 10}", ["Features:Journal:MemoryBytes"] = $"{2 << 20}", ["Features:Journal:SegmentBytes"] = $"{1 << 20}",
            ["Features:Journal:MaxPendingBytes"] = $"{1 << 20}", ["Features:Journal:DiskRetryDelay"] = "00:00:00.1",
        },
    };

    /// <summary>Ten visits of each member; the number makes them others than those of any other body.</summary>
    private static string Body(int number) => string.Join('\n', Enumerable.Range(0, EventsOfBody).Select(i =>
        $$$"""{"id":"b{{{number}}}-{{{i}}}","source":"member_events","type":"visit","entity":{"member_id":{{{i % Members}}}},"time":"{{{FeatureCalls.Moment(FeatureCalls.NowMicros() - 60_000_000)}}}","data":{}}"""));

    /// <summary>Null where the body was taken, else why not; any other answer than that of a full disk fails the test.</summary>
    private static async Task<string?> TryAsync(ApplianceProcess appliance, string body)
    {
        using var response = await appliance.Http.PostAsync("/api/events", new StringContent(body, Encoding.UTF8, "application/json"));
        var reply = await RestReply.ReadAsync(response);
        if (reply.Status == HttpStatusCode.OK) return null;
        Assert.True(reply.Status == HttpStatusCode.ServiceUnavailable, reply.Body.GetRawText());
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
        return reply.Body.GetProperty("message").GetString();
    }

    private static async Task RefusesWritesAsync(ApplianceProcess appliance, string body)
    {
        var push = await appliance.PostAsync("/write-to-online-store", """{"feature_view_name":"member_profile","df":{"member_id":[1],"tenure_days":[1],"age_band":["x"],"store_id":[1]}}""");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "0 of 1 rows were taken: the journal's disk is full"), (push.Status, push.Body.GetProperty("detail").GetString()));
        using var stream = new Journal.JournalClient(appliance.Channel).Append(deadline: ApplianceCalls.Deadline);
        await stream.RequestStream.WriteAsync(new AppendRequest { Sequence = 5, Json = ByteString.CopyFromUtf8(body) });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((5, AppendStatus.DiskFull, 0), (stream.ResponseStream.Current.Sequence, stream.ResponseStream.Current.Status, stream.ResponseStream.Current.Appended));
        Assert.StartsWith("the journal's disk is full", stream.ResponseStream.Current.Error);
        var status = await new Journal.JournalClient(appliance.Channel).GetStatusAsync(new GetStatusRequest(), deadline: ApplianceCalls.Deadline);
        Assert.NotEqual("", status.DiskFault);
        var definitions = await appliance.PostAsync(
            "/api/feature-registry/apply", """{"definitions":{"entities":[{"name":"store","joinKeys":[{"name":"store_id","type":"int64"}]}]},"mode":"merge","author":"a","reason":"r"}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, definitions.Status);
    }

    private static Task AppliedAsync(ApplianceProcess appliance, int bodies) =>
        Task.WhenAll(Enumerable.Range(0, Members).Select(m => appliance.AppliedAsync("member", m, Visits, $"{bodies * EventsOfBody / Members}")));

    private static async Task AnswersAsync(ApplianceProcess appliance)
    {
        var scored = await appliance.PostAsync($"/api/predict/{BusinessModels.Koc}", """{"userId":1}""");
        Assert.True(scored.Status == HttpStatusCode.OK, scored.Body.GetRawText());
        Assert.Equal(BusinessModels.KocScore(0, 0, 0), scored.Body.GetProperty("data").GetProperty("koc_potential").GetDouble(), 1e-6);
        Assert.Equal(HttpStatusCode.OK, (await appliance.GetAsync("/api/features?entity=member&id=1")).Status);
        await appliance.AssertAliveAsync();
    }
}
