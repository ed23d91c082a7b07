using System.Collections.Concurrent;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>
/// Makes thumbnails that were enlarged from a scaled picture again from the video's own: on a thread of its own while the job goes
/// on, since each needs all frames from the key frame before it. What cannot be decoded again stays as it is, enlarged.
/// </summary>
internal sealed class SharpThumbnails : IDisposable
{
    private readonly FfmpegFrameSource _source;
    private readonly BlockingCollection<(string Path, TimeSpan Time, PrivacyMask? Privacy, FrameFormat Format, EventPicture Marks)> _wanted = [];
    private readonly CancellationTokenSource _cancellation;
    private readonly Task _worker;
    private volatile int _threads = 1;

    /// <param name="source">What the job reads; nothing is done where it can be read only once.</param>
    /// <param name="cancellation">Leaves those that are not made yet as they are.</param>
    public SharpThumbnails(FfmpegFrameSource source, CancellationToken cancellation)
    {
        _source = source;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _worker = Task.Factory.StartNew(MakeAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Asks for one.</summary>
    /// <param name="path">The thumbnail, which is there already.</param>
    /// <param name="time">Of its frame.</param>
    /// <param name="privacy">Blackens what must not be seen in a picture of that format.</param>
    /// <param name="format">Of the video's own pictures there.</param>
    /// <param name="marks">What to draw, in its pixels.</param>
    public void Add(string path, TimeSpan time, PrivacyMask? privacy, FrameFormat format, EventPicture marks) => _wanted.Add((path, time, privacy, format, marks));

    /// <summary>The last frame has been looked at: decoders may have every core.</summary>
    public void HaveAllCores() => _threads = 0;

    /// <summary>Waits for them all, and helps.</summary>
    /// <exception cref="IOException">A picture cannot be written.</exception>
    public void Complete()
    {
        _wanted.CompleteAdding();
        MakeAll();
        _worker.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _wanted.CompleteAdding();
        _cancellation.Cancel();
        ((IAsyncResult)_worker).AsyncWaitHandle.WaitOne();
        _wanted.Dispose();
        _cancellation.Dispose();
    }

    private void MakeAll()
    {
        foreach ((string path, TimeSpan time, PrivacyMask? privacy, FrameFormat format, EventPicture marks) in _wanted.GetConsumingEnumerable())
        {
            if (_cancellation.IsCancellationRequested)
                return;
            try
            {
                if (_source.PictureAt(time, _threads, _cancellation.Token) is not Frame picture || (picture.Width, picture.Height) != (format.Width, format.Height))
                    continue;
                privacy?.Apply(picture);
                Readers.SavePicture(path, marks.Paint(picture));
            }
            catch (Exception exception) when (exception is FfmpegException or OperationCanceledException)
            {
            }
        }
    }
}
