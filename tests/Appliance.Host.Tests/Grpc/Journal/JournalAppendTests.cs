using Contracts.Journal;
using FeatureModel.Events;
using Google.Protobuf;
using Grpc.Core;
using static Appliance.Host.Tests.Grpc.Journal.JournalHost;

namespace Appliance.Host.Tests.Grpc.Journal;

public sealed class JournalAppendTests
{
    [Fact]
    public async Task Many_requests_on_one_stream_are_acknowledged_in_order_and_are_on_the_disk()
    {
        await using var host = await StartAsync();
        var answers = await host.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Json(i, Event(2 * i), Event((2 * i) + 1)))]);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), answers.Select(a => a.Sequence));
        Assert.All(answers, a => Assert.Equal((AppendStatus.Appended, 2, 0), (a.Status, a.Appended, a.Duplicates)));
        Assert.Equal(answers.Select(a => a.Position).Order(), answers.Select(a => a.Position));
        Assert.True(answers[^1].Position < host.Platform.Journal.DurablePosition);
        Assert.Equal(600, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task What_was_there_already_is_counted_as_a_duplicate_at_its_own_place()
    {
        await using var host = await StartAsync();
        var answers = await host.AppendAsync(Json(1, Event(7)), Json(2, Event(7)), Json(3, Event(7), Event(8)));
        Assert.Equal([(1, 0), (0, 1), (1, 1)], answers.Select(a => (a.Appended, a.Duplicates)));
        Assert.Equal(answers[0].Position, answers[1].Position);
        Assert.Equal(2, host.Platform.Journal.Records);
    }

    [Theory]
    [InlineData("""{"amount":"much"}""", "clicks", "events[1].data.amount is 'much'; it must be double")]
    [InlineData("{}", "clacks", "events[1].source is 'clacks'; there is no source of that name")]
    [InlineData("7", "clicks", "events[1].data is 7; it must be an object")]
    public async Task A_request_with_one_wrong_event_is_refused_whole_and_the_stream_goes_on(string data, string source, string error)
    {
        await using var host = await StartAsync();
        var answers = await host.AppendAsync(Json(1, Event(1), Event(2, data, source)), Json(2, Event(3)));
        Assert.Equal((AppendStatus.Refused, 0), (answers[0].Status, answers[0].Appended));
        Assert.StartsWith(error, answers[0].Error);
        Assert.Equal(AppendStatus.Appended, answers[1].Status);
        Assert.Equal(1, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task A_request_without_an_event_is_refused()
    {
        await using var host = await StartAsync();
        var answers = await host.AppendAsync(new AppendRequest { Sequence = 1 }, Json(2, "[]"), new AppendRequest { Sequence = 3, Records = ByteString.Empty });
        Assert.All(answers, a => Assert.Equal(AppendStatus.Refused, a.Status));
        Assert.All(answers, a => Assert.Contains("holds no event", a.Error));
    }

    [Fact]
    public async Task Binary_records_are_the_same_events_as_their_json_and_torn_ones_are_refused()
    {
        await using var host = await StartAsync();
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(System.Text.Encoding.UTF8.GetBytes(Event(1) + Event(2)), EventLimits.Default, 0, out _));
        var whole = ByteString.CopyFrom(records.Bytes);
        var answers = await host.AppendAsync(
            Json(1, Event(1)), new AppendRequest { Sequence = 2, Records = whole }, new AppendRequest { Sequence = 3, Records = ByteString.CopyFrom(whole.Span[..^1]) });
        Assert.Equal((1, 1), (answers[1].Appended, answers[1].Duplicates));
        Assert.Equal(AppendStatus.Refused, answers[2].Status);
        Assert.Equal("records[1] is no event record of version 1", answers[2].Error);
    }

    [Fact]
    public async Task A_forged_id_in_a_binary_record_does_not_make_two_events_one()
    {
        await using var host = await StartAsync();
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(System.Text.Encoding.UTF8.GetBytes(Event(1) + Event(2)), EventLimits.Default, 0, out _));
        var bytes = records.Bytes.ToArray();
        var second = BitConverter.ToInt32(bytes);
        // The second record claims the first one's id, which stands at offset 8.
        bytes.AsSpan(8, 16).CopyTo(bytes.AsSpan(second + 8));
        var answers = await host.AppendAsync(new AppendRequest { Sequence = 1, Records = ByteString.CopyFrom(bytes) });
        Assert.Equal((2, 0), (answers[0].Appended, answers[0].Duplicates));
    }

    [Fact]
    public async Task More_events_than_one_hold_of_the_lock_takes_are_all_taken_once()
    {
        await using var host = await StartAsync();
        var answers = await host.AppendAsync(Json(1, Enumerable.Range(0, 2500).Select(i => Event(i))));
        Assert.Equal((AppendStatus.Appended, 2500), (answers[0].Status, answers[0].Appended));
        Assert.Equal(2500, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task Past_what_may_wait_for_the_disk_a_sender_that_repeats_ends_with_each_event_once()
    {
        await using var host = await StartAsync(maxPendingBytes: 64 * 1024);
        var request = Json(1, Enumerable.Range(0, 1000).Select(i => Event(i)));
        var first = Assert.Single(await host.AppendAsync(request));
        Assert.Equal(AppendStatus.Overloaded, first.Status);
        Assert.InRange(first.Appended, 1, 999);
        var answer = first;
        // Each try finds the room that the disk made since the one before.
        for (var i = 0; i < 100 && answer.Status == AppendStatus.Overloaded; i++) answer = Assert.Single(await host.AppendAsync(request));
        Assert.Equal(AppendStatus.Appended, answer.Status);
        Assert.Equal(1000, answer.Appended + answer.Duplicates);
        Assert.Equal(1000, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_stream_as_unavailable_behind_what_it_took()
    {
        await using var host = await StartAsync();
        using var call = host.Client.Append(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(Json(1, Event(1)), TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        host.StopApplication();
        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unavailable, ended.StatusCode);
    }
}
