class Door extends EventEmitter {
  open(who) {
    log('call', this.emit('open', who, this));
  }
}
const door = new Door();
door.on('open', (who, self) => log('door', who, self === door));
door.open('me');
door.removeAllListeners();
door.open('you');
