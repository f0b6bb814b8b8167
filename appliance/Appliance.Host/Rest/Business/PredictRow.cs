namespace Appliance.Host.Rest.Business;

/// <summary>Where the members of one row stand in a request's body; a length of 0 where it has no such member.</summary>
internal struct PredictRow
{
    public (int Start, int Length) Features;
    public (int Start, int Length) Entity;
    public (int Start, int Length) UserId;
}
