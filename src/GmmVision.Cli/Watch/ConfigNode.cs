namespace GmmVision.Cli.Watch;

/// <summary>A value of a configuration file, with the line where it stands, so that what is wrong with it can be found.</summary>
/// <param name="Line">From 1.</param>
internal abstract record ConfigNode(int Line);

/// <summary>A word, a number, a truth value: as it was written.</summary>
internal sealed record ConfigScalar(int Line, string Text) : ConfigNode(Line);

/// <summary>Values in order.</summary>
internal sealed record ConfigList(int Line, IReadOnlyList<ConfigNode> Items) : ConfigNode(Line);

/// <summary>Values by name, in the order of the file; no name twice.</summary>
internal sealed record ConfigMap(int Line, IReadOnlyList<ConfigEntry> Entries) : ConfigNode(Line);

/// <summary>One name and its value.</summary>
internal sealed record ConfigEntry(int Line, string Key, ConfigNode Value);
