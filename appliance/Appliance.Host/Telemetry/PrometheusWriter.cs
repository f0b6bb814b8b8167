using System.Buffers;
using System.Globalization;
using System.Text;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Telemetry;

/// <summary>
/// Writes metrics in the Prometheus text format 0.0.4, or in OpenMetrics 1.0.0. Each family is begun once and its samples follow it; a family without samples leaves
/// nothing behind. Used for one page; not thread-safe.
/// </summary>
/// <param name="openMetrics">Whether it is OpenMetrics: counters' families lose their _total, exemplars are written, and the page has an end.</param>
internal sealed class PrometheusWriter(IBufferWriter<byte> output, bool openMetrics = false)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string Total = "_total";

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly StringBuilder _line = new();
    private MetricDefinition? _family;
    private bool _headWritten;

    /// <summary>Starts a family.</summary>
    /// <exception cref="InvalidOperationException">It was written before: a bug, as scrapers refuse such a page.</exception>
    public void Begin(MetricDefinition family)
    {
        if (!_written.Add(NameOf(family))) throw new InvalidOperationException($"metric family {family.Name} is written twice");
        _family = family;
        _headWritten = false;
    }

    /// <summary>A sample of a counter or gauge. An empty label value leaves the label out.</summary>
    public void Sample(double value, params ReadOnlySpan<string> labels) => Write("", labels, null, value);

    /// <summary>A histogram.</summary>
    /// <param name="counts">By bucket, not cumulative; one more than <paramref name="bounds"/>.</param>
    public void Histogram(ReadOnlySpan<long> bounds, ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<string> labels)
    {
        var numbers = new double[bounds.Length];
        for (var i = 0; i < bounds.Length; i++) numbers[i] = bounds[i];
        Histogram(numbers, counts, sum, labels);
    }

    /// <inheritdoc cref="Histogram(ReadOnlySpan{long}, ReadOnlySpan{long}, double, ReadOnlySpan{string})"/>
    public void Histogram(ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<string> labels) =>
        Histogram(bounds, counts, sum, null, labels);

    /// <param name="exemplarOf">The traced observation of a bucket, and its value in the histogram's unit; null without one.</param>
    /// <inheritdoc cref="Histogram(ReadOnlySpan{long}, ReadOnlySpan{long}, double, ReadOnlySpan{string})"/>
    public void Histogram(ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, Func<int, (Exemplar Exemplar, double Value)?>? exemplarOf, ReadOnlySpan<string> labels)
    {
        var total = 0L;
        for (var i = 0; i < bounds.Length; i++)
        {
            total += counts[i];
            Write("_bucket", labels, Text(bounds[i]), total, exemplarOf?.Invoke(i));
        }
        total += counts[bounds.Length];
        Write("_bucket", labels, "+Inf", total, exemplarOf?.Invoke(bounds.Length));
        Write("_sum", labels, null, sum);
        Write("_count", labels, null, total);
    }

    /// <summary>Ends the page.</summary>
    public void End()
    {
        if (openMetrics) output.Write("# EOF\n"u8);
    }

    private void Write(string suffix, ReadOnlySpan<string> labels, string? bound, double value, (Exemplar Exemplar, double Value)? exemplar = null)
    {
        var family = _family ?? throw new InvalidOperationException("a sample is written before its family");
        if (labels.Length != family.Labels.Length)
        {
            throw new InvalidOperationException($"metric {family.Name} has {family.Labels.Length} labels, not {labels.Length}");
        }
        _line.Clear();
        AppendHead(family);
        _line.Append(family.Name).Append(suffix);
        var open = '{';
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i].Length == 0) continue;
            _line.Append(open).Append(family.Labels[i]).Append("=\"");
            AppendEscaped(labels[i], quotes: true);
            _line.Append('"');
            open = ',';
        }
        if (bound is not null)
        {
            _line.Append(open).Append("le=\"").Append(bound).Append('"');
            open = ',';
        }
        if (open == ',') _line.Append('}');
        _line.Append(' ').Append(Text(value));
        if (openMetrics && exemplar is { } traced) AppendExemplar(traced.Exemplar, traced.Value);
        _line.Append('\n');
        foreach (var chunk in _line.GetChunks()) Encoding.UTF8.GetBytes(chunk.Span, output);
    }

    private void AppendExemplar(Exemplar exemplar, double value)
    {
        var seconds = (exemplar.Time - DateTimeOffset.UnixEpoch).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
        _line.Append(" # {trace_id=\"").Append(exemplar.TraceId).Append("\",span_id=\"").Append(exemplar.SpanId).Append("\"} ").Append(Text(value)).Append(' ').Append(seconds);
    }

    // In OpenMetrics a counter's samples end with _total and its family does not.
    private string NameOf(MetricDefinition family) =>
        openMetrics && family.Kind == MetricKind.Counter && family.Name.EndsWith(Total, StringComparison.Ordinal) ? family.Name[..^Total.Length] : family.Name;

    // Written with the first sample, so that a family without any is left out whole.
    private void AppendHead(MetricDefinition family)
    {
        if (_headWritten) return;
        _headWritten = true;
        _line.Append("# HELP ").Append(NameOf(family)).Append(' ');
        AppendEscaped(family.Help, quotes: openMetrics);
        _line.Append("\n# TYPE ").Append(NameOf(family)).Append(' ').Append(TypeOf(family)).Append('\n');
    }

    private void AppendEscaped(string text, bool quotes)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\': _line.Append(@"\\"); break;
                case '\n': _line.Append(@"\n"); break;
                case '"' when quotes: _line.Append("\\\""); break;
                default: _line.Append(c); break;
            }
        }
    }

    // A counter under a name that others gave it, without _total, is none to OpenMetrics; it keeps its name.
    private string TypeOf(MetricDefinition family) => family.Kind switch
    {
        MetricKind.Counter when openMetrics && !family.Name.EndsWith(Total, StringComparison.Ordinal) => "unknown",
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Text(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
