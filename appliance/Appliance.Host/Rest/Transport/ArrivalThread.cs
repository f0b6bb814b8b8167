// Hot path: the first look at every request.
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Rest.Transport;

/// <summary>Which requests may run on the thread that the system woke for them.</summary>
internal static class ArrivalThread
{
    /// <summary>Middleware in front of all others: what is no short inference goes to the thread pool.</summary>
    public static RequestDelegate Choose(RequestDelegate next) => context =>
        IsShort(context.Request) ? next(context) : ElsewhereAsync(context, next);

    /// <summary>Does the rest of a request on the thread pool, where its connection's requests would run elsewhere.</summary>
    public static Task ElsewhereAsync(HttpContext context, RequestDelegate rest) =>
        context.Features.Get<ConnectionThread>() is { } thread ? ElsewhereAsync(context, rest, thread) : rest(context);

    /// <summary>
    /// Whether nothing about a request takes long but the run of its model, of which its batcher knows: a small body, not packed, that is there or
    /// about to be, for a path that leads to inference or nowhere.
    /// </summary>
    internal static bool IsShort(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.ContentLength is { } length && !TransportThread.IsLongBody((int)Math.Min(length, int.MaxValue))
        && request.Headers.ContentEncoding.Count == 0
        && request.Path.Value is { } path && path.StartsWith("/v2/models/", StringComparison.Ordinal) && path.EndsWith("/infer", StringComparison.Ordinal);

    private static async Task ElsewhereAsync(HttpContext context, RequestDelegate rest, ConnectionThread thread)
    {
        await thread.LeaveAsync();
        try
        {
            await rest(context);
        }
        finally
        {
            thread.Return();
        }
    }
}
