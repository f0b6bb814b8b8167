using Appliance.LoadGen.Reports;
using Compare.Machine;
using Compare.Results;
using Compare.Swap;

namespace Compare.Schedule;

/// <summary>Everything that one run of the scheduling table measured, as it is written to the JSON file.</summary>
internal sealed class ScheduleReport
{
    public string Name { get; set; } = "";
    public DateTimeOffset Date { get; set; }
    public SourceState Source { get; set; } = new();
    public MachineFacts Machine { get; set; } = new();
    public int Rounds { get; set; }
    public int DeadlineMilliseconds { get; set; }
    public List<OverloadRound> Overload { get; set; } = [];
    public List<ManyModelsRound> ManyModels { get; set; } = [];
    public CycleFigures? Cycles { get; set; }
    public SwapFigures? Swaps { get; set; }
}

/// <summary>One model near its highest rate, and far beyond it.</summary>
internal sealed class OverloadRound
{
    /// <summary>Good answers a second to callers without a deadline, who send more than that.</summary>
    public double HighestRate { get; set; }

    /// <summary>At 0.8 of the highest rate, and at three times it; both with a deadline.</summary>
    public LoadReport Below { get; set; } = new();
    public LoadReport Beyond { get; set; } = new();

    /// <summary>p99 of the answered calls beyond the highest rate to that below it.</summary>
    public double P99Ratio => Below.Latency.P99 > 0 ? Math.Round(Beyond.Latency.P99 / Below.Latency.P99, 3) : 0;

    /// <summary>Good answers a second beyond the highest rate, to the highest.</summary>
    public double Goodput => HighestRate > 0 ? Math.Round(Beyond.AchievedRate / HighestRate, 3) : 0;
}

/// <summary>The same calls to many models by Zipf's law, and to one.</summary>
internal sealed class ManyModelsRound
{
    public LoadReport Many { get; set; } = new();
    public LoadReport One { get; set; } = new();

    public double Ratio => One.AchievedRate > 0 ? Math.Round(Many.AchievedRate / One.AchievedRate, 3) : 0;
}

/// <summary>Resident memory over loads and unloads of one model.</summary>
internal sealed class CycleFigures
{
    public int Cycles { get; set; }
    public double MegabytesAfterAQuarter { get; set; }
    public double MegabytesAtEnd { get; set; }
    public Spread LoadMilliseconds { get; set; } = new();

    public double Ratio => MegabytesAfterAQuarter > 0 ? Math.Round(MegabytesAtEnd / MegabytesAfterAQuarter, 3) : 0;
}
