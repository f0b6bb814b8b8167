namespace Appliance.Host.Rest.Features;

/// <summary>A column of a request's body that was found but not read: the plan says of which type its values must be.</summary>
/// <param name="Name">The join key or request input.</param>
/// <param name="Member">The member that holds it: <c>entities</c>, <c>ids</c> or <c>requestInputs</c>.</param>
/// <param name="Start">Where its array starts in the body.</param>
/// <param name="Length">Bytes of its array.</param>
/// <param name="Rows">Elements of its array.</param>
internal readonly record struct RequestColumn(string Name, ReadMember Member, int Start, int Length, int Rows);
