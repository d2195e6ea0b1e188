namespace Reconciler.Operator.Tests.Console;

/// <summary>WCAG 2.2, 1.4.3: text against what is behind it.</summary>
internal static class Contrast
{
    /// <summary>An expression for the page: texts whose contrast is below 4.5 : 1, with the ratio; empty when there is
    /// none.</summary>
    public const string TooLow = """
        (() => {
          const parts = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
            .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const color = parts(getComputedStyle(at).backgroundColor);
              if (color.length === 3 || color[3] === 1) return color;
            }
            return [255, 255, 255];
          };
          const low = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !element.checkVisibility()
                || element.closest('noscript, script')) continue;
            const [one, other] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
            const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${texts.currentNode.data.trim().slice(0, 40)}`);
          }
          return low.join('; ');
        })()
        """;
}
