namespace Infernet.Execution.Hardware;

/// <summary>How fast a loaded model was, by timed work; adverts carry it.</summary>
/// <param name="PrefillTokensPerSecond">Reading a prompt, alone.</param>
/// <param name="DecodeTokensPerSecond">Writing answers, all sequences together.</param>
public sealed record MeasuredSpeed(double PrefillTokensPerSecond, double DecodeTokensPerSecond);
