// The token simulation as our pages can have it: its words in Chinese, and its colours set by script, since the content
// policy takes no style attributes (paint.js sets what stands in data-paint).
import { readFile } from 'node:fs/promises';

const WORDS = {
  'Token Simulation': '模拟走一遍',
  'Play/Pause Simulation': '开始或暂停模拟',
  'Reset Simulation': '重新开始模拟',
  'Set Animation Speed = Slow': '慢',
  'Set Animation Speed = Normal': '中',
  'Set Animation Speed = Fast': '快',
  'Toggle Simulation Log': '显示或收起模拟记录',
  'Simulation Log': '模拟记录',
  'No Entries': '还没有记录',
  'Trigger Event': '触发这个事件',
  'View Process Instance': '看这一次'
};

export const simulation = {
  name: 'simulation',
  setup(build) {
    build.onLoad({ filter: /bpmn-js-token-simulation[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      contents = contents.replaceAll('style="', 'data-paint="');
      for (const [english, chinese] of Object.entries(WORDS)) contents = contents.replaceAll(english, chinese);
      return { contents, loader: 'js' };
    });
  }
};
