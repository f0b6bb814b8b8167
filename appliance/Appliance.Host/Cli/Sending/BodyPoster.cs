using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Appliance.Host.Cli.Sending;

/// <summary>
/// Sends bodies to POST /api/events until each is taken or refused: an appliance that is busy, restarts or has no room is asked again, which does no harm
/// since events count once. Thread-safe.
/// </summary>
/// <param name="report">Is told what is waited for.</param>
internal sealed partial class BodyPoster(HttpClient http, Uri server, TimeProvider time, SendReport report)
{
    private readonly RetryPolicy _retries = new();
    private readonly Uri _address = new(server, "api/events");

    /// <param name="stop">Ends waiting; a request that is on its way is answered first.</param>
    public async Task<PostResult> PostAsync(OutgoingBody body, CancellationToken stop)
    {
        long? firstRefusal = null;
        while (true)
        {
            var (result, retryAfter, why) = await TryPostAsync(body);
            if (result is not null) return result;
            firstRefusal ??= time.GetTimestamp();
            if (_retries.Next(time.GetElapsedTime(firstRefusal.Value), retryAfter) is not { } delay) return PostResult.Failed(why);
            report.Waiting(why);
            try
            {
                await Task.Delay(delay, time, stop);
            }
            catch (OperationCanceledException)
            {
                return PostResult.Failed(why);
            }
        }
    }

    // No result: it may be tried again.
    private async Task<(PostResult? Result, TimeSpan? RetryAfter, string Why)> TryPostAsync(OutgoingBody body)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(body.Bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var reply = await http.PostAsync(_address, content, CancellationToken.None);
            var answer = await reply.Content.ReadAsByteArrayAsync(CancellationToken.None);
            if (reply.StatusCode != HttpStatusCode.ServiceUnavailable) return (Read(reply.StatusCode, answer, body.Count), null, "");
            return (null, reply.Headers.RetryAfter?.Delta, MessageOf(answer) ?? $"{server} answers 503");
        }
        catch (HttpRequestException e)
        {
            return (null, null, $"{server} cannot be reached: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return (null, null, $"{server} does not answer");
        }
    }

    private PostResult Read(HttpStatusCode status, byte[] answer, int events)
    {
        if (status == HttpStatusCode.OK)
        {
            try
            {
                using var document = JsonDocument.Parse(answer);
                var data = document.RootElement.GetProperty("data");
                return new(PostOutcome.Taken, data.GetProperty("accepted").GetInt32(), data.GetProperty("duplicates").GetInt32());
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                return PostResult.Failed($"what answers at {_address} is no appliance with features");
            }
        }
        if (MessageOf(answer) is not { } message) return PostResult.Failed($"{_address} answers {(int)status}");
        if (status != HttpStatusCode.BadRequest || RefusedEvent().Match(message) is not { Success: true } match) return PostResult.Failed(message);
        var index = match.Groups[1].Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (index >= events) return PostResult.Failed(message);
        return new(PostOutcome.EventRefused, Index: index, Message: message[match.Length..].TrimStart('.', ' '));
    }

    private static string? MessageOf(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // How refusals begin: events[3].data.amount is ...; with one event in the body, event.data.amount.
    [GeneratedRegex(@"^event(?:s\[(\d+)\])?(?=[. ])")]
    private static partial Regex RefusedEvent();
}
