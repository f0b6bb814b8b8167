using Appliance.Inference.Batching;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>
/// What can go wrong around a call of the runtime because of what a request asks for: the runtime's own refusal, an answer that no array can
/// hold, memory that is not there. All of it ends that request, not the process.
/// </summary>
internal static class RuntimeFaults
{
    public static bool IsOne(Exception e) => e is OnnxRuntimeException or OverflowException or OutOfMemoryException;

    public static InferenceFaultException From(Exception e) => new(
        e switch
        {
            OverflowException => $"an answer is larger than the {Array.MaxLength} bytes that one can have",
            OutOfMemoryException => "there is not memory enough for this request",
            _ => e.Message,
        },
        e);
}
