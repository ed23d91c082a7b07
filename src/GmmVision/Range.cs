using System.Globalization;
using System.Runtime.CompilerServices;

namespace GmmVision;

/// <summary>What every option is held against: one sentence that names it, its value and what is allowed, and one exception.</summary>
internal static class Range
{
    /// <summary>Throws where a number is out of its range, or is none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="least">The least that is allowed.</param>
    /// <param name="most">The most.</param>
    /// <param name="note">What the range means, or what its ends do; in brackets.</param>
    /// <param name="name">Its name, as the caller writes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static void Check(double value, double least, double most, string? note = null, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= least && value <= most))
            Throw(name, value, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}{(note is null ? "" : $" ({note})")}"));
    }

    /// <summary>Throws where a time is out of its range.</summary>
    /// <inheritdoc cref="Check(double, double, double, string?, string)"/>
    public static void Check(TimeSpan value, TimeSpan least, TimeSpan most, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < least || value > most)
            Throw(name, value, string.Create(CultureInfo.InvariantCulture, $"{least.TotalSeconds} to {most.TotalSeconds} seconds"));
    }

    /// <summary>Throws where an enumeration has no such value.</summary>
    /// <inheritdoc cref="Check(double, double, double, string?, string)"/>
    public static void Check<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Throw(name, value, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    /// <summary>Throws where something does not hold.</summary>
    /// <param name="holds">Whether the value is allowed.</param>
    /// <param name="value">The value.</param>
    /// <param name="allowed">What is allowed.</param>
    /// <param name="name">Its name, as the caller writes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not hold.</exception>
    public static void Check(bool holds, object? value, string allowed, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!holds)
            Throw(name, value, allowed);
    }

    private static void Throw(string name, object? value, string allowed)
    {
        object shown = value is TimeSpan time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s") : value ?? "none";
        throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} is {shown}; it must be {allowed}."));
    }
}
