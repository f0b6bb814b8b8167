using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Metrics;

/// <summary>What a scrape of the published binary gives after known traffic.</summary>
public sealed class MetricsTests(CountingAppliance counting) : IClassFixture<CountingAppliance>
{
    private const int Answered = CountingAppliance.Singles + CountingAppliance.Triples;
    private const int Rows = CountingAppliance.Singles + (3 * CountingAppliance.Triples);

    private static readonly string[] Phases = ["request", "queue", "compute_input", "compute_infer", "compute_output"];

    [Fact]
    public async Task The_document_names_what_a_scrape_gives_and_nothing_else()
    {
        var page = await counting.ReadAsync();
        DocumentedMetrics.AssertSame(await DocumentedMetrics.OfEveryApplianceAsync(), page.Families);
    }

    [Theory]
    [InlineData("nv_inference_request_success", Answered)]
    [InlineData("nv_inference_count", Rows)]
    [InlineData("nv_inference_exec_count", Answered)]
    [InlineData("nv_inference_pending_request_count", 0)]
    [InlineData("appliance_queue_oldest_age_seconds", 0)]
    [InlineData("appliance_batch_size_count", Answered)]
    [InlineData("appliance_batch_size_sum", Rows)]
    [InlineData("appliance_model_leases", 0)]
    public async Task Requests_rows_and_runs_are_counted_by_model_and_version(string name, double expected)
    {
        var sample = Assert.Single((await counting.ReadAsync()).Samples(name));
        Assert.Equal(expected, sample.Value);
        Assert.Equal([("model", CountingAppliance.Model), ("version", "1")], sample.Labels.Select(l => (l.Key, l.Value)));
    }

    [Theory]
    [InlineData("REJECTED", 0)]
    [InlineData("CANCELED", 0)]
    [InlineData("BACKEND", 0)]
    [InlineData("OTHER", CountingAppliance.Misfits)]
    public async Task Failures_are_counted_by_reason(string reason, double expected) =>
        Assert.Equal(expected, (await counting.ReadAsync()).Value("nv_inference_request_failure", ("model", CountingAppliance.Model), ("version", "1"), ("reason", reason)));

    [Fact]
    public async Task Histograms_of_every_phase_count_each_answer_and_sum_up_to_the_counters()
    {
        var page = await counting.ReadAsync();
        foreach (var phase in Phases)
        {
            var family = $"nv_inference_{phase}_duration_histogram_us";
            Assert.Equal(Answered, page.Value($"{family}_count"));
            var counter = page.Value($"nv_inference_{phase}_duration_us");
            Assert.NotNull(counter);
            Assert.Equal(counter.Value, page.Value($"{family}_sum")!.Value, 0.001);
            // The reader has checked that bounds and counts ascend to +Inf.
            Assert.Equal("50", page.Samples($"{family}_bucket").First().Labels["le"]);
            Assert.Equal(Answered, page.Value($"{family}_bucket", ("le", "+Inf")));
        }
        Assert.True(page.Value("nv_inference_request_duration_us") >= page.Value("nv_inference_compute_infer_duration_us"));
        Assert.True(page.Value("nv_inference_compute_infer_duration_us") > 0);
    }

    [Fact]
    public async Task Batches_are_counted_by_size_and_by_the_reason_for_which_they_were_closed()
    {
        var page = await counting.ReadAsync();
        Assert.Equal(CountingAppliance.Singles, page.Value("appliance_batch_size_bucket", ("le", "1")));
        Assert.Equal(CountingAppliance.Singles, page.Value("appliance_batch_size_bucket", ("le", "2")));
        Assert.Equal(Answered, page.Value("appliance_batch_size_bucket", ("le", "4")));
        Assert.Equal(Answered, page.Samples("appliance_batch_closed_total").Sum(s => s.Value));
    }

    [Fact]
    public async Task Loads_sessions_and_states_are_counted()
    {
        var page = await counting.ReadAsync();
        Assert.True(page.Value("nv_model_load_duration_secs", ("model", CountingAppliance.Model), ("version", "1")) > 0);
        Assert.Equal((1, 1), (page.Value("appliance_model_loads_total", ("outcome", "loaded")), page.Value("appliance_model_loads_total", ("outcome", "failed"))));
        Assert.Equal((1, 0), (page.Value("appliance_model_sessions_total", ("event", "created")), page.Value("appliance_model_sessions_total", ("event", "disposed"))));
        Assert.Equal((1, 0), (page.Value("appliance_model_state", ("model", CountingAppliance.Model), ("state", "READY")), page.Value("appliance_model_state", ("model", "broken"), ("state", "READY"))));
        Assert.Equal(1, page.Value("appliance_model_state", ("model", "broken"), ("version", "1"), ("state", "FAILED")));
    }

    [Fact]
    public async Task The_process_and_its_garbage_collector_are_measured()
    {
        var appliance = await counting.StartedAsync();
        var page = await counting.ReadAsync();
        var resident = page.Value("process_resident_memory_bytes")!.Value;
        // The kernel counts pages lazily, by thread: a few MiB between two looks are noise.
        Assert.InRange(resident, ProcessFigures.ResidentBytes(appliance.Id) * 0.5, ProcessFigures.ResidentBytes(appliance.Id) * 2.0);
        foreach (var name in (string[])["process_cpu_seconds_total", "process_threads", "process_open_fds", "process_managed_heap_bytes", "process_managed_allocated_bytes_total", "process_virtual_memory_bytes", "nv_cpu_memory_total_bytes", "nv_cpu_memory_used_bytes", "process_thread_pool_threads"])
        {
            Assert.True(page.Value(name) > 0, name);
        }
        Assert.Equal(["0", "1", "2"], page.Samples("process_gc_collections_total").Select(s => s.Labels["generation"]));
        Assert.True(page.Value("process_gc_pause_seconds_total") > 0);
        var started = DateTime.UnixEpoch.AddSeconds(page.Value("process_start_time_seconds")!.Value);
        Assert.InRange(started, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddSeconds(1));
        Assert.InRange(page.Value("nv_cpu_utilization")!.Value, 0, 1);
    }

    [Fact]
    public async Task The_page_is_served_as_the_text_format_and_on_its_own_port_alone()
    {
        var appliance = await counting.StartedAsync();
        using var response = await appliance.Metrics.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await appliance.Http.GetAsync("/metrics")).StatusCode);
    }
}
