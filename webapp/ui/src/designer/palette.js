// Two ready-made pieces beside the elements of bpmn-js.

class PieceProvider {
  constructor(palette, eventBus) {
    this.eventBus = eventBus;
    palette.registerProvider(500, this);
  }

  getPaletteEntries() {
    const act = (piece) => ({ click: () => this.eventBus.fire('bancheng.piece', { piece }) });
    return {
      'pieces-separator': { group: 'pieces', separator: true },
      'piece.sign-off': { group: 'pieces', className: 'piece piece-sign-off', title: '加一道签批：加在选中的环节前面', action: act('signOff') },
      'piece.rung': { group: 'pieces', className: 'piece piece-rung', title: '升级一级：给选中的环节加一个到时提级', action: act('rung') }
    };
  }
}

PieceProvider.$inject = ['palette', 'eventBus'];

export const palette = { __init__: ['pieceProvider'], pieceProvider: ['type', PieceProvider] };
