using System.Net;
using Appliance.Host.Telemetry;
using Appliance.Host.Tests.Business;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using TestKit;

namespace Appliance.Host.Tests.Telemetry;

public sealed class MetricsPageTests
{
    private const string Path = "/api/predict/koc-potential";
    private const string One = """{"features":{"consumption_amount":1,"share_count":1}}""";

    [Fact]
    public async Task Every_family_of_the_catalog_is_on_the_page_of_a_busy_appliance_and_no_other()
    {
        await using var host = await BusyHostAsync();
        var families = await ScrapeAsync(host);
        Assert.Equal(MetricCatalog.All.Select(m => (m.Name, m.Kind.ToString().ToLowerInvariant(), m.Help)), families.Select(f => (f.Name, f.Type, f.Help)));
        foreach (var (family, metric) in families.Zip(MetricCatalog.All))
        {
            Assert.All(family.Samples, s => Assert.Empty(s.Labels.Keys.Except([.. metric.Labels, "le"])));
            if (metric.Labels is ["model", "version", ..]) Assert.All(family.Samples, s => Assert.True(s.Labels["model"].Length > 0 && s.Labels["version"].Length > 0));
        }
    }

    [Fact]
    public async Task The_page_counts_what_was_asked_and_how_it_ended()
    {
        await using var host = await BusyHostAsync();
        var page = await ScrapeAsync(host);
        Assert.Equal(3, Value(page, "nv_inference_request_success"));
        Assert.Equal(5, Value(page, "nv_inference_count"));
        Assert.Equal(3, Value(page, "nv_inference_exec_count"));
        Assert.Equal(0, Value(page, "nv_inference_pending_request_count"));
        Assert.Equal(1, Value(page, "nv_inference_request_failure", ("reason", "OTHER")));
        Assert.Equal(1, Value(page, "nv_inference_request_failure", ("reason", "BACKEND")));
        Assert.Equal(0, Value(page, "nv_inference_request_failure", ("reason", "REJECTED")));
        Assert.Equal(3, Value(page, "appliance_batch_closed_total", ("reason", "inline")));
        Assert.Equal(3, Value(page, "appliance_batch_size_count"));
        Assert.Equal(5, Value(page, "appliance_batch_size_sum"));
        Assert.Equal(2, Value(page, "appliance_batch_size_bucket", ("le", "1")));
        Assert.Equal(3, Value(page, "appliance_batch_size_bucket", ("le", "4")));
        Assert.Equal(3, Value(page, "nv_inference_queue_duration_histogram_us_count"));
        Assert.Equal(1, Value(page, "appliance_requests_refused_total", ("reason", "concurrency")));
        Assert.Equal(0, Value(page, "appliance_queue_oldest_age_seconds"));
        Assert.Equal(1, Value(page, "appliance_model_state", ("state", "READY")));
        Assert.Equal(0, Value(page, "appliance_model_state", ("state", "FAILED")));
        Assert.Equal(1.5, Value(page, "nv_model_load_duration_secs"));
        Assert.Equal(1, Value(page, "appliance_model_loads_total", ("outcome", "loaded")));
        Assert.Equal(2, Value(page, "appliance_model_loads_total", ("outcome", "failed")));
    }

    [Fact]
    public async Task Sums_of_the_histograms_are_the_durations_of_the_counters()
    {
        await using var host = await BusyHostAsync();
        var page = await ScrapeAsync(host);
        foreach (var phase in new[] { "request", "queue", "compute_input", "compute_infer", "compute_output" })
        {
            Assert.Equal(Value(page, $"nv_inference_{phase}_duration_us"), Value(page, $"nv_inference_{phase}_duration_histogram_us_sum"), 1e-6);
        }
    }

    [Fact]
    public async Task The_order_of_the_page_does_not_depend_on_the_order_of_events()
    {
        await using var host = await BusyHostAsync();
        host.ServeKoc(version: 10);
        host.ServeKoc(version: 9);
        Assert.Equal(Series(await ScrapeAsync(host)), Series(await ScrapeAsync(host)));
        var versions = (await ScrapeAsync(host)).Single(f => f.Name == "nv_inference_count").Samples.Select(s => s.Labels["version"]);
        Assert.Equal(["10", "9", "1"], versions);

        static IEnumerable<string> Series(List<PrometheusFamily> page) => page.SelectMany(f => f.Samples.Select(s => s.Series));
    }

    [Fact]
    public async Task A_waiting_request_shows_as_pending_with_its_age()
    {
        await using var host = await BusinessHost.StartAsync();
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        host.ServeKoc(gathers: true).OnRun = () =>
        {
            running.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var first = host.PostAsync(Path, One);
        await running.WaitAsync(TestContext.Current.CancellationToken);
        var second = host.PostAsync(Path, One);
        var model = host.Models.Directory.GetOrAdd(KocPotential.Name).Find(1)!;
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == 1, TimeSpan.FromSeconds(30)));
        var page = await ScrapeAsync(host);
        Assert.Equal(1, Value(page, "nv_inference_pending_request_count"));
        Assert.True(Value(page, "appliance_queue_oldest_age_seconds") > 0);
        Assert.Equal(2, Value(page, "appliance_requests_inside"));
        goOn.Release(2);
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(HttpStatusCode.OK, (await second).Status);
    }

    [Fact]
    public async Task An_appliance_without_models_has_a_page_too()
    {
        await using var host = await BusinessHost.StartAsync();
        var page = await ScrapeAsync(host);
        Assert.DoesNotContain(page, f => f.Name == "nv_inference_count");
        Assert.True(Value(page, "process_resident_memory_bytes") > 1e6);
        Assert.True(Value(page, "process_virtual_memory_bytes") >= Value(page, "process_resident_memory_bytes"));
        Assert.True(Value(page, "process_cpu_seconds_total") > 0);
        Assert.InRange(Value(page, "process_start_time_seconds"), 1.6e9, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
        Assert.True(Value(page, "process_open_fds") > 3);
        Assert.True(Value(page, "process_threads") > 1);
        Assert.True(Value(page, "nv_cpu_memory_total_bytes") > Value(page, "nv_cpu_memory_used_bytes"));
        Assert.Equal(1, Value(page, "appliance_build_info"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", page.Single(f => f.Name == "appliance_build_info").Samples[0].Labels["onnxruntime"]);
    }

    [Fact]
    public void The_document_is_the_one_in_the_repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent;
        Assert.NotNull(folder);
        Assert.Equal(File.ReadAllText(System.IO.Path.Combine(folder.FullName, "docs", "metrics.md")), MetricsDocument.Render());
    }

    private static async Task<BusinessHost> BusyHostAsync()
    {
        var host = await BusinessHost.StartAsync(maxConcurrentRequests: 1);
        host.ServeKoc().Faults = v => v == 13;
        host.Lifecycle.Versions.Add(new ModelVersionStatus(KocPotential.Name, 1, ModelState.Ready, "", Routed: true, Pinned: false));
        host.Loads.VersionLoaded(KocPotential.Name, 1, TimeSpan.FromSeconds(1.5));
        host.Loads.LoadFailed();
        host.Loads.LoadFailed();
        foreach (var request in new[] { One, One, $"[{One},{One},{One}]", One.Replace("_count", "_cnt"), One.Replace("amount\":1", "amount\":13") }) await host.PostAsync(Path, request);
        Assert.True(host.Models.Gate.TryEnter());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.PostAsync(Path, One)).Status);
        host.Models.Gate.Leave();
        return host;
    }

    private static async Task<List<PrometheusFamily>> ScrapeAsync(BusinessHost host)
    {
        using var response = await host.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return PrometheusText.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static double Value(List<PrometheusFamily> page, string name, params (string Label, string Value)[] labels) =>
        Assert.Single(page.SelectMany(f => f.Samples), s => s.Name == name && Array.TrueForAll(labels, l => s.Labels.GetValueOrDefault(l.Label) == l.Value)).Value;
}
