namespace Appliance.Inference.Statistics;

/// <summary>One traced observation of a histogram. Immutable.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits, of the request's own span.</param>
/// <param name="Nanoseconds">What was observed.</param>
/// <param name="Time">When.</param>
public sealed record Exemplar(string TraceId, string SpanId, long Nanoseconds, DateTimeOffset Time);
