// Hot path: a draw for each row with an entity; everything else only for rows that are drawn.
using Appliance.Features.Reading;
using Appliance.Features.Sampling;
using Appliance.Scoring.Entities;

namespace Appliance.Scoring.Features;

/// <content>Keeps a share of the rows that were filled from the store, as they were served.</content>
public sealed partial class FeatureRowWriter
{
    private SampleDraws _draws;

    // As it was before the rows of this request were drawn: drawn again, it says which.
    private SampleDraws _drawn;
    private long _sampleFrom;
    private long _sampleTo;

    // Called before the store is read; true where a row will be kept.
    private bool BeginSamples()
    {
        if (_service!.SampleThreshold == 0 || _stored!.Samples is not { } samples) return false;
        if (!_draws.IsSeeded) _draws = samples.NewDraws();
        _drawn = _draws;
        if (!_draws.AnyOf(Entity.Count, _service.SampleThreshold)) return false;
        _sampleFrom = samples.Progress.Completed;
        return true;
    }

    // Called right after the store was read.
    private void EndSampledRead() => _sampleTo = _stored!.Samples!.Progress.Started;

    // Called once every row has its values.
    private void OfferSamples()
    {
        for (var kept = 0; kept < Entity.Count; kept++)
        {
            if (_drawn.Next(_service!.SampleThreshold)) _stored!.Samples!.Offer(SampleOf(kept));
        }
    }

    private ServedSample SampleOf(int kept)
    {
        var plan = _service!.Plan!;
        var columns = new SampledColumn[plan.Required.Length];
        for (var i = 0; i < columns.Length; i++) columns[i] = new SampledColumn(plan.Required[i].Name, plan.Required[i].IsKey, _entityRows.Values(i)[kept]);
        var values = new SampledValue[plan.Outputs.Length];
        for (var output = 0; output < values.Length; output++) values[output] = SampledOutput(plan, output, kept);
        var model = _entry.Model!;
        return new ServedSample
        {
            Model = model.Name, ModelVersion = model.Version, Service = _service.Service, ServiceVersion = _service.Version, Revision = _service.Revision,
            ReadAt = _block.Now, From = _sampleFrom, To = _sampleTo, Columns = columns, Values = values,
        };
    }

    private SampledValue SampledOutput(FeatureReadPlan plan, int output, int kept)
    {
        var reference = $"{plan.Outputs[output].View}:{plan.Outputs[output].Name}";
        var feature = _service!.FeatureOf(output);
        if (feature >= 0 && IsSet(_given.AsSpan(kept * _givenWords, _givenWords), feature)) return new SampledValue(reference, default, SampledSource.Given, 0);
        var value = _block.Value(output, kept);
        if (value.IsNull) return new SampledValue(reference, _service.DefaultOf(output), SampledSource.Defaulted, 0);
        var origin = OriginOf(_service.ReadsOf(output), kept);
        return new SampledValue(reference, value, origin.Source == FeatureSource.Stale ? SampledSource.Stale : SampledSource.Stored, origin.EventTime);
    }
}
