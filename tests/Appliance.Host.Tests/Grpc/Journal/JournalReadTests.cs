using Contracts.Journal;
using FeatureModel.Events;
using Grpc.Core;
using static Appliance.Host.Tests.Grpc.Journal.JournalHost;

namespace Appliance.Host.Tests.Grpc.Journal;

public sealed class JournalReadTests
{
    [Fact]
    public async Task Reading_from_the_oldest_gives_every_record_in_order_and_ends()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(Json(1, Enumerable.Range(0, 500).Select(i => Event(i))));
        var read = await host.ReadAsync(new ReadRequest());
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), Ids(read));
        Assert.Equal(host.Platform.Journal.DurablePosition, read[^1].NextPosition);
    }

    [Fact]
    public async Task Reading_goes_on_where_an_answer_said_and_no_further_than_asked()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(Json(1, Enumerable.Range(0, 10).Select(i => Event(i))));
        var first = await host.ReadAsync(new ReadRequest { Max = 4 });
        Assert.Equal(["0", "1", "2", "3"], Ids(first));
        Assert.Equal(first[^1].Records[^1].NextPosition, first[^1].NextPosition);
        Assert.Equal(["4", "5", "6", "7", "8", "9"], Ids(await host.ReadAsync(new ReadRequest { Position = first[^1].NextPosition })));
    }

    [Fact]
    public async Task A_reader_that_follows_gets_what_comes_later_until_the_server_stops()
    {
        await using var host = await StartAsync();
        using var call = host.Client.Read(new ReadRequest { Follow = true }, cancellationToken: TestContext.Current.CancellationToken);
        await host.AppendAsync(Json(1, Event(1)));
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(["1"], Ids([call.ResponseStream.Current]));
        await host.AppendAsync(Json(1, Event(2)));
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(["2"], Ids([call.ResponseStream.Current]));
        host.StopApplication();
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
    }

    [Theory]
    [InlineData(-1, 0, StatusCode.InvalidArgument, "position is -1;")]
    [InlineData(0, -2, StatusCode.InvalidArgument, "max is -2;")]
    [InlineData(1L << 50, 0, StatusCode.OutOfRange, "position is 1125899906842624; it lies past the end")]
    public async Task A_place_that_cannot_be_read_is_refused_with_the_rule(long position, long max, StatusCode code, string message)
    {
        await using var host = await StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => host.ReadAsync(new ReadRequest { Position = position, Max = max }));
        Assert.Equal(code, refused.StatusCode);
        Assert.StartsWith(message, refused.Status.Detail);
    }

    [Fact]
    public async Task A_position_within_a_record_is_refused_with_its_neighbours_and_counts_as_no_damage()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(Json(1, Enumerable.Range(0, 10).Select(i => Event(i))));
        var records = (await host.ReadAsync(new ReadRequest())).SelectMany(r => r.Records).ToArray();
        var message = $"position is {records[4].Position + 1}; it lies within the record at {records[4].Position}, behind which the next one is at {records[5].Position}: read on from a response's next_position";
        var refused = await Assert.ThrowsAsync<RpcException>(() => host.ReadAsync(new ReadRequest { Position = records[4].Position + 1, Max = 3 }));
        Assert.Equal((StatusCode.InvalidArgument, message), (refused.StatusCode, refused.Status.Detail));
        await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = "lake" }, cancellationToken: TestContext.Current.CancellationToken);
        refused = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.AdvanceReaderAsync(new AdvanceReaderRequest { Name = "lake", Position = records[4].Position + 1 }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.InvalidArgument, message), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(0, host.Platform.Journal.Damages);
    }

    [Fact]
    public async Task A_registered_reader_stands_where_it_was_advanced_to()
    {
        await using var host = await StartAsync();
        var registered = await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = "lake" }, cancellationToken: TestContext.Current.CancellationToken);
        var acknowledged = Assert.Single(await host.AppendAsync(Json(1, Event(1))));
        var advanced = await host.Client.AdvanceReaderAsync(new AdvanceReaderRequest { Name = "lake", Position = host.Platform.Journal.DurablePosition }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((host.Platform.Journal.DurablePosition, 0), (advanced.Position, advanced.LagBytes));
        Assert.True(registered.Position <= acknowledged.Position);
        Assert.Equal(advanced.Position, (await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = "lake" }, cancellationToken: TestContext.Current.CancellationToken)).Position);
        Assert.Equal(advanced, Assert.Single((await host.Client.ListReadersAsync(new ListReadersRequest(), cancellationToken: TestContext.Current.CancellationToken)).Readers, r => r.Name == "lake"));
    }

    [Theory]
    [InlineData("nobody", 0, StatusCode.NotFound)]
    [InlineData("lake", 1L << 50, StatusCode.InvalidArgument)]
    public async Task A_reader_cannot_be_moved_where_it_cannot_stand(string name, long position, StatusCode code)
    {
        await using var host = await StartAsync();
        await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = "lake" }, cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.AdvanceReaderAsync(new AdvanceReaderRequest { Name = name, Position = position }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(code, refused.StatusCode);
    }

    [Fact]
    public async Task A_name_that_no_reader_may_have_is_refused()
    {
        await using var host = await StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.RegisterReaderAsync(new RegisterReaderRequest { Name = "a/b" }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.InvalidArgument, "name is 'a/b'; it must be 1 to 64 letters, digits, dots, dashes and underscores"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task The_status_counts_what_came_in()
    {
        await using var host = await StartAsync();
        await host.AppendAsync(Json(1, Event(1), Event(2)), Json(2, Event(2)));
        var status = await host.Client.GetStatusAsync(new GetStatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((2, 1, 2, 0, ""), (status.Records, status.Duplicates, status.RememberedIds, status.WaitingBytes, status.DiskFault));
        Assert.Equal(status.EndPosition, status.DurablePosition);
    }

    private static IEnumerable<string> Ids(IEnumerable<ReadResponse> read) => read.SelectMany(r => r.Records).Select(r =>
    {
        Assert.True(EventRecord.TryParse(r.Record.Span, out var record));
        return System.Text.Encoding.UTF8.GetString(record.GivenId);
    });
}
