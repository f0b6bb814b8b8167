namespace Appliance.Inference.Lifecycle;

/// <summary>How and when models are loaded.</summary>
public sealed class ModelManagerOptions
{
    public const string Section = "Models";

    /// <summary>The model repository's folder.</summary>
    public string Repository { get; set; } = "models";

    /// <summary>none: all models at the start and never again; poll: also when the folder changes; explicit: only those asked for.</summary>
    public ModelControlMode ControlMode { get; set; } = ModelControlMode.None;

    /// <summary>Seconds between two looks at the repository in mode poll. 15, as its users are used to.</summary>
    public double PollSeconds { get; set; } = 15;

    /// <summary>Models loaded at the start in mode explicit; "*" for all.</summary>
    public string[] LoadAtStart { get; set; } = [];

    /// <summary>Versions loaded at once at most. 4, as its users are used to.</summary>
    public int LoadThreads { get; set; } = 4;

    /// <summary>
    /// Whether the appliance is ready only while every wanted model has a ready version. A model that was asked for is wanted until it is unloaded, one whose load
    /// failed too: as Triton has it.
    /// </summary>
    public bool StrictReadiness { get; set; } = true;

    /// <summary>Where pins are kept across restarts; empty keeps them in memory alone.</summary>
    public string StateFolder { get; set; } = "";

    /// <summary>Rows in one call at most for batchable models whose configuration does not say. 128: past the knee of every model measured so far.</summary>
    public int DefaultMaxBatchSize { get; set; } = 128;

    /// <summary>Requests that may wait for one version; one more is refused. 4096: 40 ms of work at 100,000 requests a second.</summary>
    public int DefaultMaxQueueSize { get; set; } = 4096;

    /// <summary>
    /// For how long requests of one version may all wait for longer than a small target, in milliseconds, before new ones with a deadline are refused that would; 0 for as long
    /// as they like. Only where its configuration says nothing of its queue. 100: a burst drains by then, and controlled delay has it so.
    /// </summary>
    public int StandingQueueMilliseconds { get; set; } = 100;

    /// <summary>Calls of one version that may run at once; 0 for one a core.</summary>
    public int DefaultInstances { get; set; }

    /// <summary>Threads within an operator for models whose configuration does not say. 1: callers side by side beat more threads a call on every model measured so far.</summary>
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Threads for runs that are too long for the transports' own; 0 for one a core.</summary>
    public int RunThreads { get; set; }

    /// <summary>Execution providers in the order in which a graph's nodes are offered to them; empty for those of this build.</summary>
    public string[] ExecutionProviders { get; set; } = [];

    /// <summary>MiB of one version that a caller may send. 4096: past the 2 GiB of the largest graph file, with weights beside it.</summary>
    public int MaxUploadMegabytes { get; set; } = 4096;

    /// <summary>Memory of an accelerator that the sessions of one model may take, in MiB; 0 for no bound of our own.</summary>
    public int AcceleratorMemoryMegabytes { get; set; }

    /// <summary>
    /// Seconds that all trial runs of a version may take together before it is refused: a graph can loop for ever. 300, the time in which a
    /// deployment is promised.
    /// </summary>
    public int WarmupLimitSeconds { get; set; } = 300;

    /// <summary>
    /// Memory that the process may take, in MiB; 0 for nine tenths of the machine's. A model that needs more is refused, and a request too:
    /// a file of a few bytes can ask for any amount.
    /// </summary>
    public int MemoryLimitMegabytes { get; set; }
}
