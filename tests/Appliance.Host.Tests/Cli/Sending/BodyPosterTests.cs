using System.Net;
using Appliance.Host.Cli.Sending;
using TestKit;

namespace Appliance.Host.Tests.Cli.Sending;

public sealed class BodyPosterTests : IDisposable
{
    private static readonly Uri Server = new("http://appliance.test/");

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task A_busy_appliance_is_asked_again_after_the_time_that_it_names_with_the_same_body()
    {
        using var appliance = new ScriptedAppliance((call, _) => call < 2
            ? ScriptedAppliance.Reply(HttpStatusCode.ServiceUnavailable, """{"code":503,"message":"busy"}""", retryAfter: 3)
            : ScriptedAppliance.Taken(1, 1));
        var post = Post(appliance, Body(2), TestContext.Current.CancellationToken);
        for (var calls = 1; calls <= 2; calls++)
        {
            await SettleAsync(appliance, calls, post);
            _time.Advance(TimeSpan.FromSeconds(2.9));
            Assert.Equal(calls, appliance.Bodies.Count);
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
        Assert.Equal(new PostResult(PostOutcome.Taken, 1, 1), await post);
        Assert.Single(appliance.Bodies.Distinct());
    }

    [Fact]
    public async Task An_appliance_that_cannot_be_reached_is_given_up_after_a_minute()
    {
        using var appliance = new ScriptedAppliance((_, _) => throw new HttpRequestException("connection refused"));
        var post = Post(appliance, Body(1), TestContext.Current.CancellationToken);
        for (var calls = 1; calls <= 60; calls++)
        {
            await SettleAsync(appliance, calls, post);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(PostResult.Failed("http://appliance.test/ cannot be reached: connection refused"), await post);
        Assert.Equal(61, appliance.Bodies.Count);
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        using var appliance = new ScriptedAppliance((_, _) => ScriptedAppliance.Reply(HttpStatusCode.ServiceUnavailable, """{"code":503,"message":"the journal's disk is full"}""", 1));
        var post = Post(appliance, Body(1), stop.Token);
        await stop.CancelAsync();
        Assert.Equal(PostResult.Failed("the journal's disk is full"), await post);
    }

    [Theory]
    [InlineData(2, "events[1].data.amount is '12'; it must be double", 1, "data.amount is '12'; it must be double")]
    [InlineData(1, "event.source is 'x'; there is none", 0, "source is 'x'; there is none")]
    [InlineData(2, "events[0] is a record of 9 bytes; it must have at most 5", 0, "is a record of 9 bytes; it must have at most 5")]
    public async Task A_refused_event_is_named_by_its_place(int events, string message, int index, string rule)
    {
        using var appliance = new ScriptedAppliance((_, _) => ScriptedAppliance.Reply(HttpStatusCode.BadRequest, $$"""{"code":400,"message":"{{message}}"}"""));
        Assert.Equal(new PostResult(PostOutcome.EventRefused, Index: index, Message: rule), await Post(appliance, Body(events), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, """{"code":409,"message":"this appliance reads its events from Kafka"}""", "this appliance reads its events from Kafka")]
    [InlineData(HttpStatusCode.BadRequest, """{"code":400,"message":"events[7].data is wrong"}""", "events[7].data is wrong")]
    [InlineData(HttpStatusCode.NotFound, "nothing here", "http://appliance.test/api/events answers 404")]
    [InlineData(HttpStatusCode.OK, "<html>", "what answers at http://appliance.test/api/events is no appliance with features")]
    [InlineData(HttpStatusCode.OK, """{"data":[]}""", "what answers at http://appliance.test/api/events is no appliance with features")]
    public async Task Any_other_answer_ends_it_with_its_message(HttpStatusCode status, string answer, string message)
    {
        using var appliance = new ScriptedAppliance((_, _) => ScriptedAppliance.Reply(status, answer));
        Assert.Equal(PostResult.Failed(message), await Post(appliance, Body(2), TestContext.Current.CancellationToken));
    }

    private Task<PostResult> Post(ScriptedAppliance appliance, OutgoingBody body, CancellationToken stop)
    {
        var http = new HttpClient(appliance, disposeHandler: false);
        return new BodyPoster(http, Server, _time, new SendReport(_output, _errors, _time, "events")).PostAsync(body, stop);
    }

    // Until the appliance has been called so often and the next call waits for the clock.
    private async Task SettleAsync(ScriptedAppliance appliance, int calls, Task post)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (appliance.Bodies.Count < calls || _time.ActiveTimers == 0)
        {
            Assert.False(post.IsCompleted, "it ended early");
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static OutgoingBody Body(int events)
    {
        var body = new OutgoingBody("f.csv");
        for (var i = 0; i < events; i++) body.Add("{}"u8, i + 2, i);
        return body;
    }
}
