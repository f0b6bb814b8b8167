using Appliance.LoadGen.Reports;
using Compare.Machine;

namespace Compare.Results;

/// <summary>The same open-loop load without and with versions being swapped under it.</summary>
internal sealed class SwapReport
{
    public int FormatVersion { get; set; } = 1;
    public string Name { get; set; } = "";
    public DateTimeOffset Date { get; set; }
    public SourceState Source { get; set; } = new();
    public MachineFacts Machine { get; set; } = new();
    public int Swaps { get; set; }
    public int PeriodMilliseconds { get; set; }

    /// <summary>Swaps after which the first answer came from another version, or with another version's score.</summary>
    public int WrongAnswers { get; set; }

    public Spread LoadCallMilliseconds { get; set; } = new();
    public double ResidentMegabytesBefore { get; set; }
    public double ResidentMegabytesAfter { get; set; }
    public LoadReport Without { get; set; } = new();
    public LoadReport With { get; set; } = new();
}
