namespace Lake.Values;

/// <summary>The proleptic Gregorian calendar at any day, where .NET's has the years 1 to 9999 alone (the algorithms are Howard Hinnant's civil_from_days and days_from_civil). Pure.</summary>
internal static class CivilCalendar
{
    /// <param name="days">Days since 1970-01-01.</param>
    public static (long Year, int Month, int Day) At(long days)
    {
        var shifted = days + 719_468;
        var era = ValueText.FloorDiv(shifted, 146_097);
        var dayOfEra = shifted - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1));
    }

    /// <summary>Days since 1970-01-01 of the first day of a month.</summary>
    /// <param name="month">Months since January 1970.</param>
    public static long FirstDay(long month)
    {
        var year = 1970 + ValueText.FloorDiv(month, 12);
        var inYear = month - ((year - 1970) * 12) + 1;
        var shifted = inYear <= 2 ? year - 1 : year;
        var era = ValueText.FloorDiv(shifted, 400);
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = ((153 * (inYear + (inYear > 2 ? -3 : 9))) + 2) / 5;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }
}
