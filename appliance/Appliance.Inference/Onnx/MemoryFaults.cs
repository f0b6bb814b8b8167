using Appliance.Inference.Batching;

namespace Appliance.Inference.Onnx;

/// <summary>Which of the runtime's faults are for want of memory. It has no code of their own for them, so that its words are all there is.</summary>
internal static class MemoryFaults
{
    // Its arena, the C++ library, its guard against sizes that overflow, and a kernel's own bound on what it makes.
    private static readonly string[] Words = ["Failed to allocate memory", "bad_alloc", "SafeIntOnOverflow", "exceeds the supported maximum of"];

    public static bool IsOne(InferenceFaultException fault) => Words.Any(w => fault.Message.Contains(w, StringComparison.Ordinal));
}
