using Appliance.Features.Ingest;
using Contracts.Journal;
using Google.Protobuf;
using FeatureModel.Events;
using Grpc.Core;
using static Appliance.Host.Tests.Grpc.Journal.JournalHost;

namespace Appliance.Host.Tests.Grpc.Journal;

/// <summary>Which readers others may move and remove.</summary>
public sealed class JournalReaderCallsTests
{
    private const string OwnRule = "which is a reader of the appliance's own; it must be another: 'online-store' and names that begin with 'backfill.' are kept by the appliance itself";

    [Fact]
    public async Task A_reader_that_is_removed_keeps_nothing_any_more_and_its_name_begins_anew()
    {
        await using var host = await StartAsync();
        await RegisterAsync(host, "lake");
        await host.AppendAsync(Json(1, Event(1)));
        await host.Client.RemoveReaderAsync(new RemoveReaderRequest { Name = "lake" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(host.Platform.Journal.ListReaders(), r => r.Name == "lake");
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.AdvanceReaderAsync(new AdvanceReaderRequest { Name = "lake", Position = host.Platform.Journal.DurablePosition }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        await RegisterAsync(host, "lake");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a/b")]
    [InlineData("backfill.77")]
    public async Task A_name_that_is_not_registered_cannot_be_removed(string name)
    {
        await using var host = await StartAsync();
        Assert.Equal((StatusCode.NotFound, $"name is '{name}'; no reader is registered under it"), await RemoveRefusedAsync(host, name));
    }

    [Theory]
    [InlineData(JournalEventSource.ReaderName)]
    [InlineData("backfill.1")]
    public async Task Readers_of_the_appliances_own_are_neither_moved_on_nor_taken_by_others(string name)
    {
        await using var host = await StartAsync();
        host.Platform.Journal.RegisterReader(name, out var before);
        await host.AppendAsync(Json(1, Event(1)));
        var advance = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.AdvanceReaderAsync(new AdvanceReaderRequest { Name = name, Position = host.Platform.Journal.DurablePosition }, cancellationToken: TestContext.Current.CancellationToken));
        var register = await Assert.ThrowsAsync<RpcException>(() => RegisterAsync(host, name));
        foreach (var refused in new[] { advance, register }) Assert.Equal((StatusCode.InvalidArgument, $"name is '{name}', {OwnRule}"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(before, host.Platform.Journal.ListReaders().Single(r => r.Name == name).Position);
    }

    [Fact]
    public async Task The_online_stores_reader_cannot_be_removed_and_what_an_ended_backfill_left_can()
    {
        await using var host = await StartAsync();
        foreach (var name in new[] { JournalEventSource.ReaderName, "backfill.1" }) host.Platform.Journal.RegisterReader(name, out _);
        Assert.Equal((StatusCode.InvalidArgument, $"name is '{JournalEventSource.ReaderName}', {OwnRule}"), await RemoveRefusedAsync(host, JournalEventSource.ReaderName));
        await host.Client.RemoveReaderAsync(new RemoveReaderRequest { Name = "backfill.1" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([JournalEventSource.ReaderName], host.Platform.Journal.ListReaders().Select(r => r.Name));
    }

    [Fact]
    public async Task A_row_for_one_view_comes_by_its_own_call_alone()
    {
        await using var host = await StartAsync();
        var row = new FeatureEvent { Source = "rows", Type = "row", Entity = [new EventEntity("member_id", 1)], EventTime = 1, Data = "{}"u8.ToArray() }.ToRecord(0);
        var answer = Assert.Single(await host.AppendAsync(new AppendRequest { Sequence = 1, Records = ByteString.CopyFrom(ForView(row)) }));
        Assert.Equal((AppendStatus.Refused, "records[0] is a row for one view alone; it must come by /write-to-online-store"), (answer.Status, answer.Error));
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    private static byte[] ForView(byte[] row)
    {
        Assert.True(EventRecord.TryParse(row, out var record));
        var parts = EventParts.Of(record) with { RowView = 1 };
        var bytes = new byte[parts.Size];
        parts.WriteTo(bytes);
        return bytes;
    }

    private static async Task<ReaderStatus> RegisterAsync(JournalHost host, string name) =>
        await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = name }, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<(StatusCode Code, string Detail)> RemoveRefusedAsync(JournalHost host, string name)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.RemoveReaderAsync(new RemoveReaderRequest { Name = name }, cancellationToken: TestContext.Current.CancellationToken));
        return (refused.StatusCode, refused.Status.Detail);
    }
}
