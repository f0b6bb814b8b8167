using System.Globalization;

namespace TestKit.Fuzzing;

/// <summary>
/// Gives a decoder inputs that are made of its seeds. Every input follows from the seed and its own number. APPLIANCE_SOAK=1 makes it
/// ten million; APPLIANCE_FUZZ_INPUTS and APPLIANCE_FUZZ_SEED set other figures. Inputs that were faults once lie in <c>Fuzzing/Found</c> beside the tests,
/// in a file named as the subject, one a line in base64, and are always tried first.
/// </summary>
public static class FuzzRun
{
    private const int UsualInputs = 10_000, SoakInputs = 10_000_000;
    private const ulong UsualSeed = 20261129;

    // Bounded work: what takes longer than this, on however busy a machine, does not end.
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    /// <exception cref="FuzzException">An input that is not decoded as it must be.</exception>
    public static FuzzTally Run(FuzzSubject subject)
    {
        foreach (var input in Found(subject.GetType().Name)) Try(subject, input, "found before");
        foreach (var seed in subject.Seeds)
        {
            if (!Try(subject, seed, "a seed")) throw new FuzzException("a seed is refused", seed, "a seed", null);
        }
        var (inputs, seedOfAll) = (Setting("APPLIANCE_FUZZ_INPUTS", Environment.GetEnvironmentVariable("APPLIANCE_SOAK") == "1" ? SoakInputs : UsualInputs), (ulong)Setting("APPLIANCE_FUZZ_SEED", (long)UsualSeed));
        var progress = new Progress();
        Exception? fault = null;
        var worker = new Thread(() =>
        {
            try
            {
                RunAll(subject, inputs, seedOfAll, progress);
            }
            catch (Exception e)
            {
                fault = e;
            }
        })
        { IsBackground = true };
        worker.Start();
        while (!worker.Join(HangLimit))
        {
            if (progress.Stands()) throw new FuzzException("decoding does not end", progress.Input, $"seed {seedOfAll}, input {progress.Number}", null);
        }
        if (fault is not null) throw new FuzzException("see within", progress.Input, $"seed {seedOfAll}, input {progress.Number}", fault);
        return new FuzzTally(progress.Number + 1, progress.Taken);
    }

    private static void RunAll(FuzzSubject subject, long inputs, ulong seed, Progress progress)
    {
        var random = new FuzzRandom();
        for (long number = 0; number < inputs; number++)
        {
            random.Begin(seed, number);
            var input = subject.Mutator.Mutate(random.Of(subject.Seeds), random);
            (progress.Number, progress.Input) = (number, input);
            if (Decode(subject, input)) progress.Taken++;
        }
    }

    private static bool Try(FuzzSubject subject, byte[] input, string what)
    {
        try
        {
            return Decode(subject, input);
        }
        catch (Exception e)
        {
            throw new FuzzException("see within", input, what, e);
        }
    }

    private static bool Decode(FuzzSubject subject, byte[] input)
    {
        var taken = Measured(subject, input, out var allocated);
        // What fills a pool or is made once is there the second time.
        if (allocated > subject.AllowedBytes(input.Length)) taken = Measured(subject, input, out allocated);
        if (allocated > subject.AllowedBytes(input.Length)) throw new InvalidOperationException($"decoding {input.Length} bytes allocated {allocated}");
        subject.Check(input, taken);
        return taken;
    }

    private static bool Measured(FuzzSubject subject, byte[] input, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = subject.Decode(input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken;
    }

    private static IEnumerable<byte[]> Found(string subject)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Found", subject + ".txt");
        return File.Exists(file) ? File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#').Select(Convert.FromBase64String) : [];
    }

    private static long Setting(string name, long usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;

    /// <summary>Where the worker is. Written by it alone; a value that is one input old does no harm.</summary>
    private sealed class Progress
    {
        private long _seen = -1;

        public long Number { get; set; } = -1;
        public byte[] Input { get; set; } = [];
        public long Taken { get; set; }

        public bool Stands()
        {
            var stands = _seen == Number;
            _seen = Number;
            return stands;
        }
    }
}
