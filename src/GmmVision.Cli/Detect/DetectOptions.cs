using System.Security.Cryptography;
using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Everything that a detection job can be told; the same for all inputs of a run.</summary>
internal sealed record DetectOptions
{
    /// <summary>Folder for the results; each input gets a folder in it.</summary>
    public required string Output { get; init; }

    public Preset Preset { get; init; } = Preset.Balanced;

    /// <summary>What counts as motion.</summary>
    public MotionOptions Motion { get; init; } = new();

    /// <summary>Whether nothing is looked at but the zones and what is around them.</summary>
    public bool NearZones { get; init; }

    /// <summary>By what inputs are decoded.</summary>
    public Reader Reader { get; init; }

    /// <summary>What of the input is read.</summary>
    public SourceOptions Source { get; init; } = new();

    /// <summary>Threads of the model; 0: one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Into how many parts a file is divided that are looked at side by side; null: as many as pay.</summary>
    public int? Jobs { get; init; }

    /// <summary>Whether to look at key frames first, and at all others only around those with motion.</summary>
    public bool Skim { get; init; }

    /// <summary>A saved model to start from; null: learn from the first frame.</summary>
    public string? Model { get; init; }

    /// <summary>Whether to save the model at the end.</summary>
    public bool SaveModel { get; init; }

    /// <summary>Whether to write the masks as a lossless video.</summary>
    public bool MaskVideo { get; init; }

    /// <summary>Folder for the masks as images; null: none.</summary>
    public string? MaskImages { get; init; }

    /// <summary>Whether to write the video with boxes, state and time drawn in.</summary>
    public bool Overlay { get; init; }

    /// <summary>Whether to write where every object was, frame by frame.</summary>
    public bool Tracks { get; init; }

    /// <summary>Whether to draw the way of every object into an event's picture.</summary>
    public bool Trajectories { get; init; }

    /// <summary>Whether to cut a clip for every event.</summary>
    public bool Clips { get; init; }

    /// <summary>Whether the time is drawn into clips.</summary>
    public bool Timecode { get; init; }

    /// <summary>One video of all events' clips; null: none.</summary>
    public string? Joined { get; init; }

    /// <summary>Whether to print a line of JSON for every event as it ends.</summary>
    public bool JsonLines { get; init; }

    /// <summary>Which part of the input is looked at, where others look at the rest; null: all of it.</summary>
    public Archive.InputSlice? Part { get; init; }

    /// <summary>Tells when recordings began; null: nothing does.</summary>
    public Archive.ClockPattern? Clock { get; init; }

    /// <summary>When this one began, by its own clock (in UTC where that is known); null: unknown.</summary>
    public DateTime? Began { get; init; }

    /// <summary>Whether to pass over inputs whose results are there, whole, of the same input and the same settings.</summary>
    public bool Resume { get; init; }

    /// <summary>What of this needs every mask in order, or something that has seen all; null where nothing does.</summary>
    public string? NeedsOnePass => MaskVideo ? "--mask" : MaskImages is not null ? "--masks" : Overlay ? "--overlay" : Tracks ? "--tracks" : Trajectories ? "--trajectories" : SaveModel ? "--save-model" : Motion.SmartMask is not null ? "--smart-mask" : Source.Every > 1 ? "--every" : null;

    /// <summary>Throws where values are out of range, or do not go together.</summary>
    /// <exception cref="ArgumentException">The message says which.</exception>
    public void Validate()
    {
        Motion.Validate();
        Source.Validate();
        if (NearZones && Preset != Preset.Fast)
            throw new ArgumentException($"--near-zones needs --preset fast: {Preset.ToString().ToLowerInvariant()} looks at the whole picture to tell lights, bumps and other views from motion.");
        if (NearZones && SaveModel)
            throw new ArgumentException("--save-model would write a background of which --near-zones has learnt a part: leave one of them out.");
        if (Skim && NeedsOnePass is string whole)
            throw new ArgumentException($"--skim does not look at every frame, as {whole} needs: leave one of them out.");
        if (Jobs > 1 && NeedsOnePass is string inOrder)
            throw new ArgumentException($"--jobs {Jobs} looks at parts side by side, but {inOrder} needs the frames in one go: leave one of them out.");
        if (Part is not null && NeedsOnePass is string undivided)
            throw new ArgumentException($"a part of an input cannot have {undivided}, which needs all frames in one go: leave one of them out.");
        if (Part is not null && (Skim || Clips))
            throw new ArgumentException($"a part of an input cannot have {(Skim ? "--skim" : "--clips")}: leave one of them out.");
        if (Timecode && !Clips)
            throw new ArgumentException("--timecode draws the time into clips: give --clips or --joined beside it (--overlay has it always).");
        if (Part is { Number: > 1 } && Source.Start is null)
            throw new ArgumentException($"part {Part} of an input needs a \"start\".");
        if (Jobs > 1 && Skim)
            throw new ArgumentException($"--jobs {Jobs} divides a file of which --skim looks at little: leave one of them out.");
        if (SaveModel && Motion.Privacy.Count > 0)
            throw new ArgumentException("--save-model would write the background behind what --privacy hides: leave one of them out.");
    }

    /// <summary>Identifies all that decides what is written: the same text, the same files for the same input.</summary>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonLine.Of(DetectParameters.Of(this), CliJson.Default.DetectParameters)));
        string files = string.Join(' ', new[]
        {
            MaskVideo ? "mask" : null, MaskImages is null ? null : "masks", Overlay ? "overlay" : null, Tracks ? "tracks" : null, Trajectories ? "trajectories" : null, Clips ? "clips" : null, Timecode ? "timecode" : null, SaveModel ? "model" : null,
            Skim ? "skim" : null, Jobs > 1 ? $"jobs {Jobs}" : null, Reader == Reader.Auto ? null : Reader.ToString(),
        }.OfType<string>());
        hash.AppendData(Encoding.UTF8.GetBytes(files));
        if (Model is not null)
            hash.AppendData(Encoding.UTF8.GetBytes(Archive.InputStamp.Of(Model) ?? ""));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>With what a manifest says of one input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="isAlone">Whether it is the only one, so that its masks need no folder of their own.</param>
    public DetectOptions For(JobInput input, bool isAlone = false) => (MaskImages is null || isAlone ? this : this with { MaskImages = Path.Combine(MaskImages, input.Name) }) with
    {
        Motion = input.Entry is null ? Motion : Motion with
        {
            Include = input.Entry.Zones ?? Motion.Include,
            Exclude = input.Entry.Exclude ?? Motion.Exclude,
            Privacy = input.Entry.Privacy ?? Motion.Privacy,
        },
        Part = input.Entry?.Part,
        Source = input.Entry is null ? Source : Source with { Start = input.Entry.Start ?? Source.Start, End = input.Entry.End ?? Source.End },
    };
}
