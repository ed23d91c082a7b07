namespace GmmVision.Background;

/// <summary>
/// Counts who uses something that must not be freed meanwhile: what it ends ends with the last use after <see cref="Close"/>, so
/// that one thread may dispose of a model while another works with it.
/// </summary>
/// <remarks>Thread-safe. A look at a flag in front of the work would not do: the memory could go between the look and the work.</remarks>
/// <param name="owner">Named by the exception.</param>
/// <param name="end">Frees it all; called once.</param>
internal sealed class Lifetime(object owner, Action end)
{
    private int _users = 1;      // the owner is one until it is closed
    private volatile int _closed;

    /// <summary>Begins a use, which ends when the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Lease Use()
    {
        int users = _users;
        while (true)
        {
            ObjectDisposedException.ThrowIf(users == 0 || _closed != 0, owner);
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return new Lease(this);
            users = seen;
        }
    }

    /// <summary>Lets nobody begin a use any more. Those that have begun go on to their end. More than once does nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            end();
    }

    /// <summary>One use.</summary>
    public readonly ref struct Lease(Lifetime lifetime)
    {
        public void Dispose() => lifetime.Release();
    }
}
