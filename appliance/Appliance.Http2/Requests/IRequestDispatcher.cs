using Appliance.Http2.Streams;

namespace Appliance.Http2.Requests;

/// <summary>Makes the streams of requests that are not unary calls.</summary>
internal interface IRequestDispatcher
{
    /// <param name="head">Valid during the call.</param>
    Http2Stream Create(RequestHead head);
}
