using System.Buffers;
using System.Globalization;
using System.Text;

namespace Appliance.Host.Telemetry;

/// <summary>
/// Writes metrics in the Prometheus text format 0.0.4. Each family is begun once and its samples follow it; a family without samples leaves
/// nothing behind. Used for one page; not thread-safe.
/// </summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly StringBuilder _line = new();
    private MetricDefinition? _family;
    private bool _headWritten;

    /// <summary>Starts a family.</summary>
    /// <exception cref="InvalidOperationException">It was written before: a bug, as scrapers refuse such a page.</exception>
    public void Begin(MetricDefinition family)
    {
        if (!_written.Add(family.Name)) throw new InvalidOperationException($"metric family {family.Name} is written twice");
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
    public void Histogram(ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<string> labels)
    {
        var total = 0L;
        for (var i = 0; i < bounds.Length; i++)
        {
            total += counts[i];
            Write("_bucket", labels, Text(bounds[i]), total);
        }
        total += counts[bounds.Length];
        Write("_bucket", labels, "+Inf", total);
        Write("_sum", labels, null, sum);
        Write("_count", labels, null, total);
    }

    private void Write(string suffix, ReadOnlySpan<string> labels, string? bound, double value)
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
        _line.Append(' ').Append(Text(value)).Append('\n');
        foreach (var chunk in _line.GetChunks()) Encoding.UTF8.GetBytes(chunk.Span, output);
    }

    // Written with the first sample, so that a family without any is left out whole.
    private void AppendHead(MetricDefinition family)
    {
        if (_headWritten) return;
        _headWritten = true;
        _line.Append("# HELP ").Append(family.Name).Append(' ');
        AppendEscaped(family.Help, quotes: false);
        _line.Append("\n# TYPE ").Append(family.Name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
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

    private static string TypeOf(MetricKind kind) => kind switch
    {
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
