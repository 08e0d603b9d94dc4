#include "api/money/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MINOR_MAX INT64_C(10000000)

/* ISO 4217: two, but for these. */
static int decimals(const char *currency)
{
    static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
    if (strlen(currency) != 3)
        return 2;
    return strstr(none, currency) ? 0 : strstr(three, currency) ? 3 : 2;
}

static int64_t unit(const char *currency)
{
    static const int64_t units[] = { 1, 10, 100, 1000 };
    return units[decimals(currency)];
}

struct money_text money_text(int64_t minor, const char *currency)
{
    struct money_text out;
    const int64_t whole = unit(currency);
    if (whole == 1)
        snprintf(out.text, sizeof(out.text), "%" PRId64 " %.3s", minor, currency);
    else
        snprintf(out.text, sizeof(out.text), "%" PRId64 ".%0*" PRId64 " %.3s", minor / whole,
                 decimals(currency), minor % whole, currency);
    return out;
}

bool money_read(const char *text, const char *currency, int64_t *minor)
{
    int64_t amount = 0, left = unit(currency);
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 8)
        return false;
    for (size_t i = 0; i < digits; i++)
        amount = amount * 10 + (text[i] - '0');
    text += digits;
    const bool has_point = *text == '.';
    if (has_point)
        text++;
    for (; has_point && left > 1 && *text >= '0' && *text <= '9'; text++, left /= 10)
        amount = amount * 10 + (*text - '0');
    if (*text || (has_point && left != 1))
        return false;
    *minor = amount * left;
    return *minor <= MINOR_MAX;
}
