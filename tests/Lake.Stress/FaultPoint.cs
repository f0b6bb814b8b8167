using System.Diagnostics;
using System.Globalization;

namespace Lake.Stress;

/// <summary>Where a process kills itself: before, in or after its n-th step of a kind. Thread-safe.</summary>
public sealed class FaultPoint
{
    public const string Never = "none:before:1";
    public const string Rule = "none, look, read, data, manifest, list, metadata, swap, hint or delete; before, torn or after; 1 or more";

    /// <summary>Steps of commits and of upkeep, each of which a test kills a process at.</summary>
    public static readonly IReadOnlyList<string> Steps = ["look", "read", "data", "manifest", "list", "metadata", "swap", "hint", "delete"];

    // Of the others torn is as before.
    private static readonly string[] Halves = ["data", "manifest", "list", "metadata", "hint"];

    private readonly string _step;
    private readonly string _when;
    private readonly int _time;
    private int _seen;

    private FaultPoint(string step, string when, int time) => (_step, _when, _time) = (step, when, time);

    /// <summary>Reads <c>step:when:time</c>.</summary>
    public static bool TryParse(string text, out FaultPoint point)
    {
        point = null!;
        var parts = text.Split(':');
        if (parts.Length != 3 || (parts[0] != "none" && !Steps.Contains(parts[0])) || parts[1] is not ("before" or "torn" or "after")) return false;
        if (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var time) || time < 1) return false;
        point = new FaultPoint(parts[0], parts[1], time);
        return true;
    }

    /// <summary>The points of a step, as <c>step:when</c>.</summary>
    public static IReadOnlyList<string> Of(string step) => Halves.Contains(step) ? [$"{step}:before", $"{step}:torn", $"{step}:after"] : [$"{step}:before", $"{step}:after"];

    /// <summary>Runs a step, or dies before, in or after it.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="run">The step.</param>
    /// <param name="tear">Does half of it.</param>
    public async Task<T> RunAsync<T>(string step, Func<Task<T>> run, Func<Task> tear)
    {
        if (!Steps.Contains(step)) throw new ArgumentException($"step is '{step}'; it must be one of {string.Join(", ", Steps)}", nameof(step));
        var isHere = step == _step && Interlocked.Increment(ref _seen) == _time;
        if (isHere && _when == "before") Die();
        if (isHere && _when == "torn")
        {
            await tear();
            Die();
        }
        var result = await run();
        if (isHere) Die();
        return result;
    }

    // SIGKILL: nothing of this process runs after it.
    private static void Die()
    {
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
