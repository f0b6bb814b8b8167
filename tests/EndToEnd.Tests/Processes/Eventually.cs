using System.Diagnostics;

namespace EndToEnd.Tests.Processes;

/// <summary>Waits for something another process does: looks again and again until it is so, for a bounded time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task BecomesTrueAsync(Func<bool> condition, TimeSpan limit, string what) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), limit, () => what);

    public static Task BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan limit, string what) =>
        BecomesTrueAsync(condition, limit, () => what);

    /// <param name="what">What was hoped for, said once the limit is over.</param>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > limit) Assert.Fail($"after {limit.TotalSeconds:F0} s still not so: {what()}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
