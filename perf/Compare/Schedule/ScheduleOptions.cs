namespace Compare.Schedule;

/// <summary>What <c>Compare schedule</c> measures and for how long. Paths are relative to the repository root.</summary>
internal sealed class ScheduleOptions
{
    public static readonly string[] AllRows = ["overload", "models", "cycles", "swaps"];

    public IReadOnlyList<string> Only { get; set; } = AllRows;

    public string Appliance { get; set; } = "artifacts/appliance/appliance";

    public int Rounds { get; set; } = 3;

    /// <summary>Seconds of an open loop that count.</summary>
    public double Seconds { get; set; } = 8;

    /// <summary>Seconds of the same load before them.</summary>
    public double Warmup { get; set; } = 2;

    /// <summary>Milliseconds that callers wait for an answer in the overload row. 100: what a page leaves a score.</summary>
    public int DeadlineMilliseconds { get; set; } = 100;

    /// <summary>Models of the row of many.</summary>
    public int Models { get; set; } = 50;

    /// <summary>Loads and unloads whose memory is compared with that after a quarter of them: by then the heaps have the size that a load takes.</summary>
    public int Cycles { get; set; } = 1000;

    /// <summary>Swaps of the swap row. 120: a minute of them.</summary>
    public int Swaps { get; set; } = 120;

    /// <summary>Milliseconds from one swap to the next.</summary>
    public int SwapPeriod { get; set; } = 500;

    /// <summary>Share of the highest rate that is sent while versions are swapped.</summary>
    public double SwapLoad { get; set; } = 0.6;

    public string Work { get; set; } = "artifacts/perf/work";

    public string Results { get; set; } = "perf/results";

    /// <summary>The result's file name; absent means the date and the commit.</summary>
    public string? Name { get; set; }
}
