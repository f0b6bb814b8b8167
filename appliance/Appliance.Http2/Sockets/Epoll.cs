// Hot path: waits for sockets.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Http2.Sockets;

/// <summary>Linux's epoll, edge-triggered, with a wake-up: one thread waits, any thread may wake it. epoll(7), eventfd(2).</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Readable = 0x001, Writable = 0x004, Error = 0x008, HungUp = 0x010, PeerEnded = 0x2000;

    /// <summary>What stands for the wake-up among the keys.</summary>
    public const ulong WakeUp = ulong.MaxValue;

    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int Add = 1, Delete = 2;
    private const int Interrupted = 4;
    // Events of one wait at most. 64: the loop looks at what was posted between two waits.
    private const int Events = 64;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int KeyOffset = EventBytes - sizeof(ulong);

    private readonly int _epoll;
    // Counts who is waking: a late one must not write into what has its number next.
    private readonly SafeFileHandle _event;
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(Events * EventBytes));
    private bool _isDisposed;

    public Epoll()
    {
        _epoll = Checked(Create(CloseOnExec), "epoll_create1");
        _event = new SafeFileHandle(Checked(EventFd(0, CloseOnExec | NonBlocking), "eventfd"), ownsHandle: true);
        Watch((int)_event.DangerousGetHandle(), WakeUp, Readable);
    }

    /// <summary>Has the socket's changes reported under <paramref name="key"/>; at once what it is now.</summary>
    public void Watch(SafeHandle socket, ulong key) => Watch((int)socket.DangerousGetHandle(), key, Readable | Writable | PeerEnded);

    /// <summary>Nothing more is reported of the socket, but for what the last wait has already returned.</summary>
    public void Forget(SafeHandle socket) => _ = Control(_epoll, Delete, (int)socket.DangerousGetHandle(), null);

    /// <summary>Waits for something to report, or not at all. Returns how many events there are.</summary>
    public int Wait(bool forever)
    {
        var count = WaitFor(_epoll, _events, Events, forever ? -1 : 0);
        if (count >= 0) return count;
        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw Failed("epoll_wait", error);
    }

    /// <summary>What the last wait returned.</summary>
    public (ulong Key, uint Changes) this[int index]
    {
        get
        {
            var at = _events + (index * EventBytes);
            return (*(ulong*)(at + KeyOffset), *(uint*)at);
        }
    }

    /// <summary>Ends the wait, or the next one. Of no effect behind <see cref="Dispose"/>.</summary>
    public void Wake()
    {
        var isHeld = false;
        try
        {
            _event.DangerousAddRef(ref isHeld);
            // Every write is an edge: nobody reads the count.
            var one = 1ul;
            _ = Write((int)_event.DangerousGetHandle(), &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (isHeld) _event.DangerousRelease();
        }
    }

    public void Dispose()
    {
        // Once: the number may be another's by then.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        _ = Close(_epoll);
        _event.Dispose();
        NativeMemory.Free(_events);
    }

    private void Watch(int descriptor, ulong key, uint changes)
    {
        var change = stackalloc byte[16];
        *(uint*)change = changes | EdgeTriggered;
        *(ulong*)(change + KeyOffset) = key;
        _ = Checked(Control(_epoll, Add, descriptor, change), "epoll_ctl");
    }

    private static int Checked(int result, string call) => result >= 0 ? result : throw Failed(call, Marshal.GetLastPInvokeError());

    private static IOException Failed(string call, int error) => new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitFor(int epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ulong* value, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
